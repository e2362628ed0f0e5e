package dev.shortwire.http;

import dev.shortwire.spi.Scheduler;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Ends the calls of one pool in time with one timer, set for the earliest deadline that was seen: most calls are answered
/// long before, and then cost a comparison instead of a timer each. Confined to the pool's event loop.
final class PoolDeadlines {
    private static final long NONE = Long.MAX_VALUE;
    /// A timer does not fire so long before its time.
    private static final long EARLY_NANOS = 10_000_000;

    private final Scheduler scheduler;
    private final Consumer<Runnable> onLoop;
    private final Supplier<List<PooledCall>> calls;
    private final long origin = System.nanoTime();
    private long armed = NONE;
    private Scheduler.@Nullable Timer timer;
    private boolean closed;

    /// @param onLoop runs something on the event loop
    /// @param calls  those that have no outcome yet
    PoolDeadlines(Scheduler scheduler, Consumer<Runnable> onLoop, Supplier<List<PooledCall>> calls) {
        this.scheduler = scheduler;
        this.onLoop = onLoop;
        this.calls = calls;
    }

    void entered(long deadlineNanos) {
        long due = deadlineNanos - origin;
        if (due < armed && !closed) {
            stop();
            armed = due;
            timer = scheduler.schedule(Math.max(0, deadlineNanos - System.nanoTime()),
                    () -> onLoop.accept(() -> fire(due)));
        }
    }

    /// A scheduler that is closed fires all timers at once, so that whoever waits is told: so does this then.
    private void fire(long due) {
        if (due == armed) {
            armed = NONE;
        }
        long now = System.nanoTime();
        boolean early = due - (now - origin) > EARLY_NANOS;
        long next = NONE;
        for (PooledCall call : calls.get()) {
            if (early || call.deadlineNanos - now <= 0) {
                call.expire();
            } else {
                next = Math.min(next, call.deadlineNanos - origin);
            }
        }
        if (next != NONE) {
            entered(next + origin);
        }
    }

    private void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }

    void close() {
        closed = true;
        stop();
    }
}
