package dev.shortwire.wire.stream;

import java.util.concurrent.atomic.AtomicLong;

/// A lower bound of the deadlines of a link's calls: cheap to keep while calls come and go, since only an earlier one
/// changes it. Lock-free.
///
/// The watchdog resets it *before* it walks over the calls, and a caller lowers it *after* its call is in the table; so a
/// call that the walk misses lowers the new bound.
final class Deadlines {
    private static final long NONE = Long.MAX_VALUE / 2;

    private final long base;
    /// Nanoseconds after `base`.
    private final AtomicLong earliest = new AtomicLong(NONE);

    Deadlines(long now) {
        this.base = now;
    }

    void add(long deadlineNanos) {
        long after = Math.min(deadlineNanos - base, NONE);
        if (after < earliest.get()) {
            earliest.accumulateAndGet(after, Math::min);
        }
    }

    void reset() {
        earliest.set(NONE);
    }

    boolean isDue(long now) {
        return earliest.get() <= now - base;
    }

    /// Nanoseconds until the earliest, a very long time if there is none.
    long left(long now) {
        return Math.max(0, earliest.get() - (now - base));
    }
}
