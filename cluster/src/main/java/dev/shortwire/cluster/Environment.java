package dev.shortwire.cluster;

import dev.shortwire.spi.Clock;
import dev.shortwire.spi.Scheduler;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a node takes from outside instead of making it itself, so that the simulator can give it virtual time and one
/// seed.
///
/// @param clock     time
/// @param scheduler timers
/// @param random    incarnations, request ids, jitter; safe for use by as many threads as use the node
/// @param workers   runs what may block or is somebody else's code: virtual threads, or the simulator's queue
/// @param faults    told what an event or a handler of ours threw: a fault of our own that the node survives. Must not
///                  throw
public record Environment(Clock clock, Scheduler scheduler, RandomGenerator random, Executor workers,
        Consumer<Throwable> faults) {
    private static final Logger LOG = LoggerFactory.getLogger(Environment.class);

    /// An environment whose faults are logged.
    public Environment(Clock clock, Scheduler scheduler, RandomGenerator random, Executor workers) {
        this(clock, scheduler, random, workers,
                fault -> LOG.error("a fault of Shortwire's own; the node goes on", fault));
    }
}
