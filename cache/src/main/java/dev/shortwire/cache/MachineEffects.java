package dev.shortwire.cache;

import dev.shortwire.spi.Scheduler.Timer;

/// What the cache machine takes from outside and wants done outside.
interface MachineEffects {
    long nanoTime();

    /// Runs `event` in the machine after `delayNanos`.
    Timer later(long delayNanos, Runnable event);

    /// Runs `event` in the machine; called from outside it.
    void event(Runnable event);

    /// Starts the group's loader on a worker.
    void startLoad(Flight flight, GroupLoader.LoadResult result);
}
