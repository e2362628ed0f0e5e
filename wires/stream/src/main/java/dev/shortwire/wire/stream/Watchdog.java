package dev.shortwire.wire.stream;

import java.util.concurrent.TimeUnit;

/// Keeps time for all links of a wire: ends calls whose deadline has passed, and looks after links on which nobody reads.
/// It wakes 40 times a second, 10 times while all of them are quiet, earlier only for a deadline that comes earlier: on an
/// idle machine being woken is what costs.
final class Watchdog extends Rounds {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long QUIET_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// Deadlines that lie closer together than this are kept together.
    private static final long GRAIN_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final StreamWire wire;
    /// Of the thread, like the next: when it looks after links, not at deadlines alone.
    private long nextLook;
    /// Whether there was nothing on any link when it looked.
    private boolean isQuiet;

    Watchdog(StreamWire wire) {
        super("shortwire-" + wire.name() + "-watch", QUIET_PERIOD_NANOS, QUIET_PERIOD_NANOS);
        this.wire = wire;
    }

    @Override
    protected long nanoTime() {
        return wire.nanoTime();
    }

    @Override
    protected boolean hasLinks() {
        return !wire.links().isEmpty();
    }

    @Override
    protected void begin(long now) {
        nextLook = now + PERIOD_NANOS;
    }

    @Override
    protected long look(long now) {
        boolean looks = now - nextLook >= 0;
        isQuiet |= looks;
        long untilDeadline = Long.MAX_VALUE;
        for (StreamLink link : wire.links()) {
            untilDeadline = Math.min(untilDeadline, Math.max(watch(link, now, looks), GRAIN_NANOS));
        }
        if (looks) {
            nextLook = now + (isQuiet ? QUIET_PERIOD_NANOS : PERIOD_NANOS);
        }
        return Math.min(nextLook - now, untilDeadline);
    }

    private long watch(StreamLink link, long now, boolean looks) {
        try {
            if (looks && !link.lookAfter()) {
                isQuiet = false;
            }
            return link.expireCalls(now);
        } catch (RuntimeException fault) {
            wire.faults().warn("watch", "looking after the link to " + link.endpoint() + " failed", fault);
            return PERIOD_NANOS;
        }
    }
}
