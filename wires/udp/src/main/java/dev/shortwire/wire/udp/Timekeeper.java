package dev.shortwire.wire.udp;

import dev.shortwire.wire.stream.Rounds;
import java.util.concurrent.TimeUnit;

/// Keeps time for all links of a wire: asks again for what got no answer, ends calls whose deadline has passed, tries
/// paths and renews keys. A link on which nothing is under way is looked at 40 times a second, so the first loss after a
/// calm is noticed that much later; whoever calls wakes nobody. When all have been at rest for a second, it looks once a
/// second, and the next who calls wakes it: on an idle machine being woken is what costs.
///
/// A call is counted by its link before its time is expected.
final class Timekeeper extends Rounds {
    /// How often a calm link is looked at.
    static final long CALM_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    /// How long no link may have called before all count as at rest, and how often they are looked at then.
    private static final long RESTED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final UdpWire wire;
    /// Of the thread: when a link was last found to have called.
    private long busyAt;

    Timekeeper(UdpWire wire) {
        super("shortwire-udp-time", CALM_NANOS, LONGEST_REST_NANOS);
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
        busyAt = now;
    }

    @Override
    protected long look(long now) {
        long wait = CALM_NANOS;
        for (UdpLink link : wire.links()) {
            wait = Math.min(wait, Math.max(look(link, now), GRAIN_NANOS));
            if (link.hasCalledSince()) {
                busyAt = now;
            }
        }
        return now - busyAt >= RESTED_NANOS && isAtRest() ? REST_NANOS : wait;
    }

    @Override
    protected boolean isAtRest() {
        return wire.links().stream().allMatch(UdpLink::isAtRest);
    }

    private long look(UdpLink link, long now) {
        try {
            return link.look(now);
        } catch (RuntimeException fault) {
            wire.faults().warn("look", "looking after the link to " + link.endpoint() + " failed", fault);
            return CALM_NANOS;
        }
    }
}
