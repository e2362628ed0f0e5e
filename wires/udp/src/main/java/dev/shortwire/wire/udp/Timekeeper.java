package dev.shortwire.wire.udp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The one thread of a wire that keeps time for its links: asks again for what got no answer, ends calls whose deadline
/// has passed, tries paths and renews keys. It runs only while there are links, and looks at those on which nothing is under
/// way 40 times a second: so the first loss after a calm is noticed that much later, and whoever calls wakes nobody. When
/// all have been at rest for a second, it looks once a second, and the next who calls wakes it: on an idle machine being
/// woken is what costs.
///
/// No call is missed: it is counted before [#expect] reads `nextWake`, which is set before the links are asked once more
/// whether they are at rest.
final class Timekeeper {
    /// How often a calm link is looked at.
    static final long CALM_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /// How often links at rest are looked at, and how long they must have been.
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);
    /// Later than anything is due.
    private static final long FAR_NANOS = TimeUnit.DAYS.toNanos(10_000);

    private final UdpWire wire;

    @GuardedBy("this")
    private boolean stopped;

    private volatile @Nullable Thread thread;
    private volatile long nextWake;

    Timekeeper(UdpWire wire) {
        this.wire = wire;
        this.nextWake = wire.nanoTime();
    }

    /// There is a link now.
    synchronized void start() {
        if (thread == null && !stopped) {
            nextWake = wire.nanoTime();
            thread = Thread.ofPlatform().daemon().name("shortwire-udp-time").start(this::run);
        }
    }

    /// Something is due then; for what is due before the next look at calm links.
    void expect(long atNanos) {
        if (atNanos - nextWake < 0) {
            Thread running = thread;
            if (running != null) {
                LockSupport.unpark(running);
            }
        }
    }

    private void run() {
        long busyAt = wire.nanoTime();
        while (!end()) {
            long now = wire.nanoTime();
            nextWake = now + CALM_NANOS;
            long wait = CALM_NANOS;
            for (UdpLink link : wire.links()) {
                wait = Math.min(wait, Math.max(look(link, now), GRAIN_NANOS));
                if (link.hasCalledSince()) {
                    busyAt = now;
                }
            }
            if (now - busyAt >= REST_NANOS) {
                nextWake = now + FAR_NANOS;
                if (wire.links().stream().allMatch(UdpLink::isAtRest)) {
                    LockSupport.parkNanos(this, REST_NANOS);
                    continue;
                }
                busyAt = now;
            }
            nextWake = now + wait;
            LockSupport.parkNanos(this, wait);
        }
    }

    private long look(UdpLink link, long now) {
        try {
            return link.look(now);
        } catch (RuntimeException fault) {
            wire.faults().warn("look", "looking after the link to " + link.endpoint() + " failed", fault);
            return CALM_NANOS;
        }
    }

    private synchronized boolean end() {
        if (stopped || wire.links().isEmpty()) {
            thread = null;
            return true;
        }
        return false;
    }

    boolean hasEnded() {
        return thread == null;
    }

    synchronized void stop() {
        stopped = true;
        Thread running = thread;
        if (running != null) {
            LockSupport.unpark(running);
        }
    }
}
