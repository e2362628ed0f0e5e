package dev.shortwire.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The system call `futex` on Linux, for words that two processes share (futex(2)). Loaded only where a floor needs it.
final class Futex {
    private static final int WAIT = 0;
    private static final int WAKE = 1;
    private static final long WAIT_SECONDS = 1;

    private static final MethodHandle SYSCALL = syscall();
    private static final long NUMBER = switch (System.getProperty("os.arch")) {
        case "amd64" -> 202;
        case "aarch64" -> 98;
        default -> throw new UnsupportedOperationException(
                "os.arch=" + System.getProperty("os.arch") + " must be amd64 or aarch64 for a bare futex");
    };

    /// Struct timespec: waits end by themselves after a second, so that a side that was killed leaves nobody asleep.
    private static final MemorySegment TIMEOUT = timeout();

    private Futex() {}

    /// Sleeps until the word is woken, unless it is no longer `expected`; may return early.
    static void await(MemorySegment word, int expected) {
        call(word, WAIT, expected, TIMEOUT);
    }

    /// Wakes who sleeps on the word.
    static void wake(MemorySegment word) {
        call(word, WAKE, 1, MemorySegment.NULL);
    }

    private static void call(MemorySegment word, int operation, int value, MemorySegment timeout) {
        try {
            long ignored = (long) SYSCALL.invokeExact(NUMBER, word, operation, value, timeout, MemorySegment.NULL, 0);
        } catch (Throwable e) {
            throw new IllegalStateException("the futex system call can't be made", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle syscall() {
        Linker linker = Linker.nativeLinker();
        MemorySegment address = linker.defaultLookup().find("syscall").orElseThrow(
                () -> new UnsupportedOperationException("the C library has no syscall(); a bare futex needs Linux"));
        return linker.downcallHandle(address,
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(1));
    }

    private static MemorySegment timeout() {
        MemorySegment time = Arena.global().allocate(2 * ValueLayout.JAVA_LONG.byteSize(), 8);
        time.set(ValueLayout.JAVA_LONG, 0, WAIT_SECONDS);
        return time;
    }
}
