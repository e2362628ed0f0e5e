package dev.shortwire.wire.udp;

import dev.shortwire.wire.stream.Rounds;
import java.util.concurrent.TimeUnit;

/// Keeps time for all links of a wire: asks again for what got no answer, ends calls whose deadline has passed, tries
/// paths and renews keys. A link on which nothing is under way is looked at 40 times a second, so the first loss after a
/// calm is noticed that much later; whoever calls wakes nobody.
final class Timekeeper extends Rounds {
    /// How often a calm link is looked at.
    static final long CALM_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final UdpWire wire;

    Timekeeper(UdpWire wire) {
        super("shortwire-udp-time", CALM_NANOS);
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
    protected long look(long now) {
        long wait = CALM_NANOS;
        for (UdpLink link : wire.links()) {
            wait = Math.min(wait, Math.max(look(link, now), GRAIN_NANOS));
        }
        return wait;
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
