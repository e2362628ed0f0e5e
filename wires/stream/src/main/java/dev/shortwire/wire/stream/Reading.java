package dev.shortwire.wire.stream;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Waits for bytes of one pipe, awake where [SpinPolicy] says that it pays, and reads them. Confined to whoever reads the
/// link.
final class Reading {
    /// What takes longer than this has waited.
    private static final long BUSY_NANOS = TimeUnit.MICROSECONDS.toNanos(5);

    private final Pipe pipe;
    private final Inbox inbox;
    private final SpareCores cores;
    private final @Nullable SpinPolicy policy;
    /// Whether the last wait found something there already: then it is likely that the next one does, and need not ask.
    private boolean isBusy;

    /// @param policy when to stay awake; null for never
    Reading(Pipe pipe, Inbox inbox, SpareCores cores, @Nullable SpinPolicy policy) {
        this.pipe = pipe;
        this.inbox = inbox;
        this.cores = cores;
        this.policy = policy;
    }

    /// Waits for about `waitNanos` at most, less if the pipe is woken, and reads once.
    ///
    /// @return as [Inbox#fill] does
    int await(long waitNanos) throws IOException {
        SpinPolicy spin = policy;
        long since = System.nanoTime();
        if (isBusy) {
            int count = inbox.fill(pipe);
            if (count != 0) {
                if (spin != null) {
                    spin.arrived(since, since, false);
                }
                return count;
            }
        }
        if (spin != null) {
            spin.peerIsAwake(inbox.isPeerAwake());
            int count = stayAwake(spin, since, Math.min(spin.budget(since), waitNanos));
            if (count != 0) {
                return count;
            }
        }
        pipe.awaitReadable(waitNanos);
        int count = inbox.fill(pipe);
        long now = System.nanoTime();
        isBusy = count > 0 && now - since < BUSY_NANOS;
        if (spin != null && count > 0) {
            spin.arrived(since, now, false);
        }
        return count;
    }

    private int stayAwake(SpinPolicy spin, long since, long budget) throws IOException {
        if (budget <= 0) {
            return 0;
        }
        long limit = budget;
        if (!cores.areThere(since)) {
            if (!cores.wereThereLately()) {
                spin.noneSpare(since);
                return 0;
            }
            limit = Math.min(limit, SpinPolicy.BRIEF_NANOS);
        }
        long before = System.nanoTime();
        while (true) {
            int count = inbox.fill(pipe);
            long now = System.nanoTime();
            if (now - before > SpinPolicy.PREEMPTED_NANOS) {
                spin.lostCore(now);
                return count;
            }
            if (count != 0) {
                spin.arrived(since, now, true);
                return count;
            }
            if (now - since > limit) {
                spin.missed();
                return 0;
            }
            before = now;
            Thread.onSpinWait();
        }
    }
}
