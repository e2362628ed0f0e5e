package dev.shortwire.spi;

/// Runs something later. The task runs on a thread of the scheduler's and must not block.
public interface Scheduler {
    /// Runs `task` once, `delayNanos` (0 or more) from now, unless the timer is cancelled before.
    Timer schedule(long delayNanos, Runnable task);

    /// A task that waits for its time.
    interface Timer {
        /// Takes the task back; without effect once it runs or ran.
        void cancel();
    }
}
