package dev.shortwire.wire.grpc;

import dev.shortwire.spi.Clock;
import dev.shortwire.spi.Scheduler;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Ends the calls of one link in time with one timer, set for the earliest deadline that was seen: most calls are
/// answered long before, and then cost a comparison instead of a timer each. Safe for use by any thread.
///
/// When the timer fires, everything is looked through and it is set anew. `armed` is cleared before that: a call that was
/// entered before is found, one that is entered later finds it clear and sets the timer itself.
final class Deadlines {
    private static final long NONE = Long.MAX_VALUE;
    /// A timer does not fire so long before its time.
    private static final long EARLY_NANOS = 10_000_000;

    private final Clock clock;
    private final Scheduler scheduler;
    private final Collection<? extends Entry> entries;
    private final long origin;
    private volatile long armed = NONE;
    private Scheduler.@Nullable Timer timer;
    private boolean closed;

    /// Something that ends in time.
    interface Entry {
        long deadlineNanos();

        void expire();
    }

    /// @param entries what is looked through, a view of a concurrent collection
    Deadlines(Clock clock, Scheduler scheduler, Collection<? extends Entry> entries) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.entries = entries;
        this.origin = clock.nanoTime();
    }

    /// To be called after the entry is in the collection.
    void entered(long deadlineNanos) {
        long due = deadlineNanos - origin;
        if (due < armed) {
            arm(due);
        }
    }

    private synchronized void arm(long due) {
        if (closed || due >= armed) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        armed = due;
        timer = scheduler.schedule(Math.max(0, due - (clock.nanoTime() - origin)), () -> fire(due));
    }

    /// A scheduler that is closed fires all timers at once, so that whoever waits is told: so does this then.
    private void fire(long due) {
        long now = clock.nanoTime();
        boolean early = due - (now - origin) > EARLY_NANOS;
        armed = NONE;
        long next = NONE;
        for (Entry entry : entries) {
            if (early || entry.deadlineNanos() - now <= 0) {
                entry.expire();
            } else {
                next = Math.min(next, entry.deadlineNanos() - origin);
            }
        }
        if (next != NONE) {
            arm(next);
        }
    }

    synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
    }
}
