package dev.shortwire.bench;

import dev.shortwire.spi.Scheduler;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The timers of a wire that is measured without a node: one daemon thread, as in a node.
final class Timers implements Scheduler, AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;

    Timers() {
        executor = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("shortwire-timer-bench").daemon()
                .factory());
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        ScheduledFuture<?> future = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
