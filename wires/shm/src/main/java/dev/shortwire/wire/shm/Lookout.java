package dev.shortwire.wire.shm;

import dev.shortwire.wire.stream.FaultLog;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Tells pipes that their peer has gone: one thread for all pipes of a transport, which lives while there is one. Safe for
/// use by any thread.
final class Lookout {
    private final FaultLog faults = new FaultLog(ShmTransport.NAME);
    private @Nullable Watch watch;

    /// Where the transport logs what peers do wrong.
    FaultLog faults() {
        return faults;
    }

    synchronized void add(ShmPipe pipe) throws IOException {
        Watch present = watch == null ? Watch.start() : watch;
        watch = present;
        try {
            present.add(pipe);
        } finally {
            endIfIdle(present);
        }
    }

    /// Before its socket is closed.
    synchronized void remove(ShmPipe pipe) {
        Watch present = watch;
        if (present != null) {
            present.remove(pipe);
            endIfIdle(present);
        }
    }

    private void endIfIdle(Watch present) {
        if (present.isIdle()) {
            watch = null;
            present.stop();
        }
    }
}
