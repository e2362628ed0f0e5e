package dev.shortwire.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs tasks one at a time and in order on somebody else's executor, which may have any number of threads. Adding and
/// running are apart, so that a caller can add under its lock and [#pump()] after it: with an executor that runs tasks
/// in the calling thread, no listener is then called under a lock.
final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    private final Executor executor;

    @GuardedBy("this")
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean running;

    Deliveries(Executor executor) {
        this.executor = executor;
    }

    /// Puts a task at the end; it runs after the next [#pump()].
    synchronized void add(Runnable task) {
        waiting.add(task);
    }

    /// Has the executor run the next task, unless one runs already.
    void pump() {
        synchronized (this) {
            if (running || waiting.isEmpty()) {
                return;
            }
            running = true;
        }
        executor.execute(this::runOne);
    }

    private void runOne() {
        Runnable task;
        synchronized (this) {
            task = waiting.remove();
        }
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a registry listener failed; the registry goes on", e);
        } finally {
            synchronized (this) {
                running = false;
            }
            pump();
        }
    }
}
