package dev.shortwire.wire.shm;

import dev.shortwire.wire.shm.Sys.Scratch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/// Where one side of a ring sleeps until the other has done something. At most one thread sleeps; any may wake it.
///
/// The word in shared memory is 1 while the sleeper sleeps or is about to, so that the peer makes the system call only
/// then. No wake-up is lost:
///
/// ```
/// sleeper: word = 1;  fence;  look at the ring;  sleep while word = 1;  word = 0
/// peer:    change the ring;  fence;  if (word = 1) { word = 0;  wake }
/// ```
///
/// Of two threads that each write one thing, fence, and read the other, one at least sees what the other wrote. If the
/// sleeper sees the change, it does not sleep. Else the peer sees the 1: it sets 0 before it wakes, so that a sleeper who
/// had not fallen asleep yet does not any more. Threads of this process wake the sleeper in the same way; they look at
/// [#occupied], which the peer can't write.
///
/// The word is the peer's to scribble on. If he sets it to 0 for ever, sleeping fails at once each time: after
/// [#MOST_FALSE_ALARMS] of them without any change to the ring the pipe is given up. An honest peer rings falsely at most
/// once per change: its wake-up can come when the bytes have been read already. If he sets the word to 1 while a thread of
/// this process wakes the sleeper, that wake-up can be lost; therefore nobody sleeps longer than [#SLICE_NANOS] at a time.
final class Bed {
    static final long SLICE_NANOS = 500_000_000;
    static final int MOST_FALSE_ALARMS = 1_000;
    private static final long SHORTEST_PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000;

    /// What the sleeper waits for.
    interface Condition {
        /// Asked by the sleeper's thread only.
        boolean isMet() throws IOException;
    }

    private final MemorySegment words;
    private final long offset;
    private final long address;
    private final Condition condition;
    private int falseAlarms;
    private volatile boolean occupied;

    Bed(MemorySegment words, int offset, Condition condition) {
        this.words = words;
        this.offset = offset;
        this.address = words.address() + offset;
        this.condition = condition;
    }

    /// Sleeps until the condition is met or about `nanos` have passed. Returns early when its thread is interrupted.
    ///
    /// @param scratch the sleeper's own
    void sleep(Scratch scratch, long nanos) throws IOException {
        long end = System.nanoTime() + nanos;
        if (Thread.currentThread().isVirtual()) {
            doze(end);
            return;
        }
        occupied = true;
        try {
            for (long left = nanos; left > 0; left = end - System.nanoTime()) {
                Words.INT.setVolatile(words, offset, 1);
                VarHandle.fullFence();
                if (condition.isMet()) {
                    falseAlarms = 0;
                    return;
                }
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                judge(Futex.await(scratch, address, 1, Math.min(left, SLICE_NANOS)));
            }
        } finally {
            occupied = false;
            Words.INT.setRelease(words, offset, 0);
        }
    }

    /// A virtual thread would hold on to its carrier in the kernel, so it looks again and again, ever less often. It waits
    /// here only while a link is opened.
    private void doze(long end) throws IOException {
        long pause = SHORTEST_PAUSE_NANOS;
        while (!condition.isMet() && !Thread.currentThread().isInterrupted() && end - System.nanoTime() > 0) {
            LockSupport.parkNanos(this, pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    private void judge(int result) throws IOException {
        switch (-result) {
            case 0, Errno.EAGAIN -> {
                if (++falseAlarms > MOST_FALSE_ALARMS && !condition.isMet()) {
                    throw new BrokenRingException("the peer rang " + MOST_FALSE_ALARMS + " times for nothing");
                }
            }
            case Errno.ETIMEDOUT -> falseAlarms = 0;
            case Errno.EINTR, Errno.EFAULT -> {
                // a signal; or the memory was given back, which the condition tells
            }
            default -> throw new IOException("waiting for the peer: " + Errno.text(-result));
        }
    }

    /// Wakes the sleeper of this process if there is one. For when the condition has been met by this process.
    void rouse() {
        VarHandle.fullFence();
        if (occupied) {
            Words.INT.setVolatile(words, offset, 0);
            Futex.wake(Scratch.SHARED, address);
        }
    }

    /// Where the peer sleeps. At most one thread at a time calls [#ring].
    static final class Bell {
        private final MemorySegment words;
        private final long offset;

        Bell(MemorySegment words, int offset) {
            this.words = words;
            this.offset = offset;
        }

        /// Wakes the peer if it sleeps or is about to. For when the ring was changed.
        void ring(Scratch scratch) {
            VarHandle.fullFence();
            if ((int) Words.INT.getOpaque(words, offset) != 0) {
                Words.INT.setVolatile(words, offset, 0);
                Futex.wake(scratch, words.address() + offset);
            }
        }
    }
}
