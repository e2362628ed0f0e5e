package dev.shortwire.node;

import dev.shortwire.spi.Scheduler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The real timers of a node: one daemon thread that starts short tasks. Safe for use by any thread.
final class SystemScheduler implements Scheduler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemScheduler.class);

    private final ScheduledThreadPoolExecutor executor;
    private final Set<Pending> pending = ConcurrentHashMap.newKeySet();

    SystemScheduler(String node) {
        executor = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().name("shortwire-timer-" + node).daemon().factory());
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Pending timer = new Pending(task);
        pending.add(timer);
        try {
            ScheduledFuture<?> scheduled = executor.schedule(timer, delayNanos, TimeUnit.NANOSECONDS);
            timer.future = scheduled;
            if (!pending.contains(timer)) {
                scheduled.cancel(false); // it ran, or was cancelled before it had its future
            }
        } catch (RejectedExecutionException e) {
            // Closed meanwhile: whoever waits is told so now instead of later.
            timer.run();
        }
        return timer;
    }

    /// Runs what is left at once, so that whoever waits for a deadline is told that the node is closed.
    @Override
    public void close() {
        executor.shutdownNow();
        while (!pending.isEmpty()) {
            pending.forEach(Pending::run);
        }
    }

    /// A task that waits for its time; runs at most once.
    private final class Pending implements Runnable, Timer {
        private final Runnable task;
        private volatile @Nullable ScheduledFuture<?> future;

        Pending(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (pending.remove(this)) {
                SystemScheduler.run(task);
            }
        }

        @Override
        public void cancel() {
            ScheduledFuture<?> scheduled = future;
            if (pending.remove(this) && scheduled != null) {
                scheduled.cancel(false);
            }
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a timer's task failed", e);
        }
    }
}
