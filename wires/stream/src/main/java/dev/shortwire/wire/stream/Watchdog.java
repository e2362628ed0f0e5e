package dev.shortwire.wire.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The one thread of a wire that keeps time for all its links: ends calls whose deadline has passed, and looks after
/// links on which nobody reads. It runs only while there are links, and wakes 40 times a second, 10 times while all of them
/// are quiet, earlier only for a deadline that comes earlier: on an idle machine being woken is what costs.
final class Watchdog {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long QUIET_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// Deadlines that lie closer together than this are kept together.
    private static final long GRAIN_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final StreamWire wire;

    @GuardedBy("this")
    private boolean stopped;

    private volatile @Nullable Thread thread;
    private volatile long nextWake;
    /// Of the thread: whether there was nothing on any link when it looked.
    private boolean isQuiet;

    Watchdog(StreamWire wire) {
        this.wire = wire;
        this.nextWake = wire.nanoTime();
    }

    /// There is a link now.
    synchronized void start() {
        if (thread == null && !stopped) {
            nextWake = wire.nanoTime();
            thread = Thread.ofPlatform().daemon().name("shortwire-" + wire.name() + "-watch").start(this::run);
        }
    }

    /// A call with that deadline is in flight.
    void expect(long deadlineNanos) {
        if (deadlineNanos - nextWake < 0) {
            Thread running = thread;
            if (running != null) {
                LockSupport.unpark(running);
            }
        }
    }

    private void run() {
        long nextLook = wire.nanoTime() + PERIOD_NANOS;
        while (!end()) {
            long now = wire.nanoTime();
            boolean looks = now - nextLook >= 0;
            isQuiet |= looks;
            nextWake = looks ? now + QUIET_PERIOD_NANOS : nextLook; // not too early: [#expect] compares with it
            long untilDeadline = Long.MAX_VALUE;
            for (StreamLink link : wire.links()) {
                untilDeadline = Math.min(untilDeadline, Math.max(watch(link, now, looks), GRAIN_NANOS));
            }
            if (looks) {
                nextLook = now + (isQuiet ? QUIET_PERIOD_NANOS : PERIOD_NANOS);
            }
            long wait = Math.min(nextLook - now, untilDeadline);
            nextWake = now + wait;
            LockSupport.parkNanos(this, wait);
        }
    }

    /// What a link's observer throws must not end the watch over the others.
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

    private synchronized boolean end() {
        if (stopped || wire.links().isEmpty()) {
            thread = null;
            return true;
        }
        return false;
    }

    /// Whether no thread runs.
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
