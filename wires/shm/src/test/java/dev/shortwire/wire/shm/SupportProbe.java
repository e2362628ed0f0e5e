package dev.shortwire.wire.shm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Prints whether there is shared memory, in a process of its own; with an argument, after it has had the kernel forbid
/// `memfd_create` as a container's profile can.
public final class SupportProbe {
    static final String ANSWER = "answer: ";

    private static final int PRCTL = Support.isArm() ? 167 : 157;
    private static final int SECCOMP = Support.isArm() ? 277 : 317;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int FILTER_FOR_ALL_THREADS = 1;

    private SupportProbe() {}

    public static void main(String[] args) throws IOException {
        if (args.length > 0) {
            forbidMemory();
        }
        System.out.println(ANSWER + new ShmWireProvider().unavailable());
    }

    /// A filter of four steps: look at the call's number; if it is the one, fail with `EPERM`; else let it pass.
    private static void forbidMemory() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Sys.Scratch scratch = new Sys.Scratch(arena);
            long[] steps = {step(0x20, 0, 0, 0), step(0x15, 0, 1, SysNumbers.MEMFD_CREATE),
                step(0x06, 0, 0, 0x00050000 | Errno.EPERM), step(0x06, 0, 0, 0x7fff0000)};
            MemorySegment program = arena.allocate(16, 8);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) steps.length);
            program.set(ValueLayout.JAVA_LONG, 8, arena.allocateFrom(ValueLayout.JAVA_LONG, steps).address());
            Sys.check(Sys.call(scratch, PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0), "prctl");
            Sys.check(Sys.call(scratch, SECCOMP, 1, FILTER_FOR_ALL_THREADS, program.address()), "seccomp");
        }
    }

    private static long step(int code, int ifTrue, int ifFalse, long value) {
        return code | (long) ifTrue << 16 | (long) ifFalse << 24 | value << 32;
    }
}
