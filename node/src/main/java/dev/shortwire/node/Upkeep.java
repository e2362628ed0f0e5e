package dev.shortwire.node;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The thread that keeps the stores' books of what was read: one for all stores of the process, there only while there is
/// something to do. Handing it a task allocates nothing. Should it fall behind by a thousand stores, who asks does the
/// work.
final class Upkeep {
    private static final int MOST_WAITING = 1024;
    private static final long IDLE_SECONDS = 5;

    static final Executor THREAD = create();

    private Upkeep() {}

    private static Executor create() {
        ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().daemon().name("shortwire-upkeep").factory(),
                new ThreadPoolExecutor.CallerRunsPolicy());
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }
}
