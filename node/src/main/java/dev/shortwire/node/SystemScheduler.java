package dev.shortwire.node;

import dev.shortwire.spi.Scheduler;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The real timers of a node: one daemon thread that starts short tasks. Safe for use by any thread.
final class SystemScheduler implements Scheduler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemScheduler.class);
    private static final Timer DONE = () -> {};

    private final ScheduledThreadPoolExecutor executor;

    SystemScheduler(String node) {
        executor = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().name("shortwire-timer-" + node).daemon().factory());
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        try {
            ScheduledFuture<?> future = executor.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            // Closed: whoever still wants something later has been told so, or will be when he next moves.
            return DONE;
        }
    }

    /// Runs what is left at once, so that whoever waits for a deadline is told that the node is closed.
    @Override
    public void close() {
        List<Runnable> left = executor.shutdownNow();
        left.forEach(Runnable::run);
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a timer's task failed", e);
        }
    }
}
