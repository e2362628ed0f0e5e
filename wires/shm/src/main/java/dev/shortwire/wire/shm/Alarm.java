package dev.shortwire.wire.shm;

import dev.shortwire.wire.shm.Sys.Scratch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A descriptor that becomes readable when any thread raises it, for a thread that waits on several (`eventfd`). Safe for
/// use by any thread, also after it was closed.
final class Alarm implements AutoCloseable {
    private static final int CLOEXEC_NONBLOCK = 0x80000 | 0x800;

    private final int fd;
    private boolean closed;

    private Alarm(int fd) {
        this.fd = fd;
    }

    static Alarm create() throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            Scratch scratch = new Scratch(brief);
            return new Alarm(
                    (int) Sys.check(Sys.call(scratch, SysNumbers.EVENTFD2, 0, CLOEXEC_NONBLOCK, 0), "eventfd2"));
        }
    }

    int fd() {
        return fd;
    }

    synchronized void raise() {
        if (!closed) {
            exchange(SysNumbers.WRITE);
        }
    }

    /// Makes it unreadable again.
    synchronized void clear() {
        if (!closed) {
            exchange(SysNumbers.READ);
        }
    }

    /// Fails only when there is nothing to clear, or when it was raised 2⁶⁴ times.
    private void exchange(int call) {
        try (Arena brief = Arena.ofConfined()) {
            MemorySegment one = brief.allocateFrom(ValueLayout.JAVA_LONG, 1);
            Sys.call(new Scratch(brief), call, fd, one.address(), 8);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Sys.closeFd(Scratch.SHARED, fd);
        }
    }
}
