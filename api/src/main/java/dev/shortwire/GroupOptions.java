package dev.shortwire;

import static dev.shortwire.ConfigurationException.require;

import java.time.Duration;

/// How one group behaves. Every node of a cluster gives a group the same options.
///
/// @param capacityBytes          bound on the encoded bytes of this group's entries on each node, 1 or more. Raising it
///                               costs memory.
/// @param timeToLive             how long a value is fresh, greater than zero; [#FOREVER] for no end. Raising it serves
///                               older values.
/// @param absentTimeToLive       how long the origin's "no such key" is remembered; zero: not at all
/// @param staleWhileRevalidate   how long after its end a value still answers while one refresh runs; zero: not at all
/// @param staleIfError           how long after its end a value still answers when its load fails; zero: not at all
/// @param level                  what a read promises
/// @param timeout                how long a call waits in all, greater than zero
/// @param loadTimeout            how long a load may take before all who wait for it get an error, greater than zero
/// @param maxConcurrentLoads     loads of this group that run at once on one node, 1 or more. Raising it costs the
///                               origin connections. A loader that was given up and ignores its interrupt holds
///                               its place until it returns.
/// @param maxQueuedLoads         loads that may wait for their turn beyond these, 0 or more; more are refused as busy
/// @param fallback               what a read does when the owner can't be asked
public record GroupOptions(long capacityBytes, Duration timeToLive, Duration absentTimeToLive,
        Duration staleWhileRevalidate, Duration staleIfError, Level level, Duration timeout, Duration loadTimeout,
        int maxConcurrentLoads, int maxQueuedLoads, Fallback fallback) {
    /// No end by time: a hundred years.
    public static final Duration FOREVER = Duration.ofDays(36_500);

    /// 64 MiB, no end by time, absences for 5 s, values for 30 s after their end if the origin fails, level `OWNER`,
    /// timeout 1 s, load timeout 10 s, 64 loads at once and 10,000 waiting, fallback `LOAD`.
    public static final GroupOptions DEFAULT = new GroupOptions(64L << 20, FOREVER, Duration.ofSeconds(5),
            Duration.ZERO,
            Duration.ofSeconds(30), Level.OWNER, Duration.ofSeconds(1), Duration.ofSeconds(10), 64, 10_000,
            Fallback.LOAD);

    public GroupOptions {
        require(capacityBytes >= 1, "capacity-bytes=" + capacityBytes + " must be >= 1; set capacity-bytes");
        requirePositive("time-to-live", timeToLive);
        requireNotNegative("absent-time-to-live", absentTimeToLive);
        requireNotNegative("stale-while-revalidate", staleWhileRevalidate);
        requireNotNegative("stale-if-error", staleIfError);
        requirePositive("timeout", timeout);
        requirePositive("load-timeout", loadTimeout);
        require(maxConcurrentLoads >= 1, "max-concurrent-loads=" + maxConcurrentLoads
                + " must be >= 1; set max-concurrent-loads");
        require(maxQueuedLoads >= 0, "max-queued-loads=" + maxQueuedLoads + " must be >= 0; set max-queued-loads");
        require(level != Level.STRONG,
                "level=strong needs a synchronous replica, which this version does not have; use level=owner");
    }

    private static void requirePositive(String option, Duration value) {
        require(value.isPositive() && value.compareTo(FOREVER) <= 0,
                option + "=" + value + " must be > 0 and at most 100 years; set " + option);
    }

    private static void requireNotNegative(String option, Duration value) {
        require(!value.isNegative() && value.compareTo(FOREVER) <= 0,
                option + "=" + value + " must be >= 0 and at most 100 years; set " + option);
    }

    public GroupOptions withCapacityBytes(long bytes) {
        return new GroupOptions(bytes, timeToLive, absentTimeToLive, staleWhileRevalidate, staleIfError, level, timeout,
                loadTimeout, maxConcurrentLoads, maxQueuedLoads, fallback);
    }

    public GroupOptions withTimeToLive(Duration time) {
        return new GroupOptions(capacityBytes, time, absentTimeToLive, staleWhileRevalidate, staleIfError, level,
                timeout,
                loadTimeout, maxConcurrentLoads, maxQueuedLoads, fallback);
    }

    public GroupOptions withAbsentTimeToLive(Duration time) {
        return new GroupOptions(capacityBytes, timeToLive, time, staleWhileRevalidate, staleIfError, level, timeout,
                loadTimeout, maxConcurrentLoads, maxQueuedLoads, fallback);
    }

    public GroupOptions withStaleWhileRevalidate(Duration time) {
        return new GroupOptions(capacityBytes, timeToLive, absentTimeToLive, time, staleIfError, level, timeout,
                loadTimeout, maxConcurrentLoads, maxQueuedLoads, fallback);
    }

    public GroupOptions withStaleIfError(Duration time) {
        return new GroupOptions(capacityBytes, timeToLive, absentTimeToLive, staleWhileRevalidate, time, level, timeout,
                loadTimeout, maxConcurrentLoads, maxQueuedLoads, fallback);
    }

    public GroupOptions withLevel(Level value) {
        return new GroupOptions(capacityBytes, timeToLive, absentTimeToLive, staleWhileRevalidate, staleIfError, value,
                timeout, loadTimeout, maxConcurrentLoads, maxQueuedLoads, fallback);
    }

    public GroupOptions withTimeout(Duration time) {
        return new GroupOptions(capacityBytes, timeToLive, absentTimeToLive, staleWhileRevalidate, staleIfError, level,
                time, loadTimeout, maxConcurrentLoads, maxQueuedLoads, fallback);
    }

    public GroupOptions withLoadTimeout(Duration time) {
        return new GroupOptions(capacityBytes, timeToLive, absentTimeToLive, staleWhileRevalidate, staleIfError, level,
                timeout, time, maxConcurrentLoads, maxQueuedLoads, fallback);
    }

    public GroupOptions withMaxConcurrentLoads(int loads) {
        return new GroupOptions(capacityBytes, timeToLive, absentTimeToLive, staleWhileRevalidate, staleIfError, level,
                timeout, loadTimeout, loads, maxQueuedLoads, fallback);
    }

    public GroupOptions withMaxQueuedLoads(int loads) {
        return new GroupOptions(capacityBytes, timeToLive, absentTimeToLive, staleWhileRevalidate, staleIfError, level,
                timeout, loadTimeout, maxConcurrentLoads, loads, fallback);
    }

    public GroupOptions withFallback(Fallback value) {
        return new GroupOptions(capacityBytes, timeToLive, absentTimeToLive, staleWhileRevalidate, staleIfError, level,
                timeout, loadTimeout, maxConcurrentLoads, maxQueuedLoads, value);
    }
}
