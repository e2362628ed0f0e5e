package dev.shortwire.wire.shm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Calls of the Linux kernel, all through one downcall to the C library's `syscall`: linking a downcall costs
/// milliseconds at start, and this way there is one. Loading this class is native access; only [Support] decides whether
/// to.
///
/// A call that waits holds on to its platform thread, so virtual threads must not make one.
final class Sys {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO = STATE.byteOffset(PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = link();

    private Sys() {}

    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol = linker.defaultLookup().findOrThrow("syscall");
        ValueLayout word = ValueLayout.JAVA_LONG;
        return linker.downcallHandle(symbol, FunctionDescriptor.of(word, word, word, word, word, word, word, word),
                Linker.Option.firstVariadicArg(1), Linker.Option.captureCallState("errno"));
    }

    /// What a thread needs for its calls: room for the error number and for one `timespec`. Used by one thread at a time,
    /// except [#SHARED].
    static final class Scratch {
        /// For calls whose error nobody reads; threads may write over each other's.
        static final Scratch SHARED = new Scratch(Arena.global());

        private final MemorySegment state;
        private final MemorySegment time;

        Scratch(Arena arena) {
            // two cache lines, so that the scratches of two threads share none
            MemorySegment room = arena.allocate(128, 128);
            this.state = room.asSlice(0, STATE);
            this.time = room.asSlice(32, 16);
        }

        /// Address of a `timespec` of so many nanoseconds, valid until the next one; 0, which means forever, for a negative
        /// number.
        long timespec(long nanos) {
            if (nanos < 0) {
                return 0;
            }
            time.set(ValueLayout.JAVA_LONG, 0, nanos / 1_000_000_000L);
            time.set(ValueLayout.JAVA_LONG, 8, nanos % 1_000_000_000L);
            return time.address();
        }
    }

    /// Makes the call.
    ///
    /// @return its result, or the error number with a minus
    static long call(Scratch scratch, int number, long a, long b, long c, long d, long e, long f) {
        long result;
        try {
            result = (long) SYSCALL.invokeExact(scratch.state, (long) number, a, b, c, d, e, f);
        } catch (Error | RuntimeException failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new AssertionError("a downcall throws nothing checked", failure);
        }
        return result == -1 ? -scratch.state.get(ValueLayout.JAVA_INT, ERRNO) : result;
    }

    static long call(Scratch scratch, int number, long a, long b, long c) {
        return call(scratch, number, a, b, c, 0, 0, 0);
    }

    static long call(Scratch scratch, int number, long a) {
        return call(scratch, number, a, 0, 0, 0, 0, 0);
    }

    /// The result of a call that should have worked.
    ///
    /// @throws IOException if it has not, saying `what` and why
    static long check(long result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + ": " + Errno.text((int) -result));
        }
        return result;
    }

    static void closeFd(Scratch scratch, int fd) {
        // Linux gives the number back whatever close answers, so there is nothing to repeat
        call(scratch, SysNumbers.CLOSE, fd);
    }
}
