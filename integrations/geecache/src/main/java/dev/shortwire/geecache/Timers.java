package dev.shortwire.geecache;

import dev.shortwire.spi.Scheduler;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The timers of one pool, on one daemon thread that is started when it is first needed. Safe for use by any thread.
final class Timers implements Scheduler, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Timers.class);

    private final ScheduledThreadPoolExecutor executor;

    Timers() {
        this.executor = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().daemon().name("shortwire-geecache-timer").factory());
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /// As [Scheduler#schedule]; after the end nothing runs any more.
    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        try {
            Future<?> waiting = executor.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
            return () -> waiting.cancel(false);
        } catch (RejectedExecutionException e) {
            log.debug("a timer was set after its pool was closed");
            return () -> {};
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException fault) {
            log.error("a timer failed", fault);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
