package dev.shortwire.cluster;

import dev.shortwire.spi.Clock;
import dev.shortwire.spi.Scheduler;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// What a node takes from outside instead of making it itself, so that the simulator can give it virtual time and one
/// seed.
///
/// @param clock     time
/// @param scheduler timers
/// @param random    incarnations, request ids, jitter; safe for use by as many threads as use the node
/// @param workers   runs what may block or is somebody else's code: virtual threads, or the simulator's queue
public record Environment(Clock clock, Scheduler scheduler, RandomGenerator random, Executor workers) {}
