package dev.shortwire.wire.shm;

import dev.shortwire.wire.shm.Sys.Scratch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Waiting on a few descriptors.
final class Poll {
    private static final short POLLIN = 1;

    private Poll() {}

    /// Waits until one of them can be read or has ended, or the time is over; it may return early.
    ///
    /// @param nanos negative: without limit
    /// @return a bit for each descriptor that is ready, the first one's the lowest
    static int any(long nanos, int... descriptors) throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            Scratch scratch = new Scratch(brief);
            MemorySegment polled = brief.allocate(8L * descriptors.length, 8);
            for (int i = 0; i < descriptors.length; i++) {
                polled.set(ValueLayout.JAVA_INT, 8L * i, descriptors[i]);
                polled.set(ValueLayout.JAVA_SHORT, 8L * i + 4, POLLIN);
            }
            long count = Sys.call(scratch, SysNumbers.PPOLL, polled.address(), descriptors.length,
                    scratch.timespec(nanos), 0, 8, 0);
            if (count == -Errno.EINTR) {
                return 0;
            }
            Sys.check(count, "ppoll");
            int ready = 0;
            for (int i = 0; i < descriptors.length; i++) {
                ready |= polled.get(ValueLayout.JAVA_SHORT, 8L * i + 6) == 0 ? 0 : 1 << i;
            }
            return ready;
        }
    }
}
