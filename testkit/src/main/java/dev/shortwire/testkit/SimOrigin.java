package dev.shortwire.testkit;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.cache.Ancestry;
import dev.shortwire.cache.GroupLoader.LoadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A simulated database: each key has a version that grows; keys that begin with `none` have no row. Reading takes a
/// random time, and happens at the beginning of that time or at its end. It can be slow and it can fail.
final class SimOrigin implements SimLoader {
    private static final String MARK = "origin:";
    private static final long SLOWEST_NANOS = Duration.ofSeconds(15).toNanos();
    private static final long GIVEN_UP_NANOS = Duration.ofMillis(5).toNanos();

    private final SplittableRandom random;
    private final TreeMap<String, Long> versions = new TreeMap<>();
    private final List<Runnable> slowOnes = new ArrayList<>();
    long delayNanos = Duration.ofMillis(30).toNanos();
    double failures;
    double slow;

    SimOrigin(Simulation simulation) {
        this.random = simulation.fork();
    }

    long version(String key) {
        return versions.getOrDefault(key, 0L);
    }

    /// Somebody changes the row.
    void update(String key) {
        versions.merge(key, 1L, Long::sum);
    }

    /// From now on loads are quick and succeed; the slow ones that are under way end soon.
    void heal() {
        slowOnes.forEach(Runnable::run);
        slowOnes.clear();
        failures = 0;
        slow = 0;
    }

    /// The version of a value that came from here, -1 for another value.
    static long versionOf(String value) {
        return value.startsWith(MARK) ? Long.parseLong(value.substring(value.lastIndexOf(':') + 1)) : -1;
    }

    @Override
    public Runnable load(SimNode node, String key, Ancestry ancestry, LoadResult result) {
        long takes = random.nextLong(random.nextDouble() < slow ? SLOWEST_NANOS : delayNanos) + 1;
        boolean fails = random.nextDouble() < failures;
        String early = value(key);
        boolean readsEarly = random.nextBoolean();
        boolean[] ended = new boolean[1];
        Runnable end = () -> {
            if (!ended[0]) {
                ended[0] = true;
                tell(key, fails, readsEarly ? early : value(key), result);
            }
        };
        node.process().after(takes, "origin", end);
        if (takes > delayNanos) {
            slowOnes.add(() -> node.process().after(random.nextLong(delayNanos), "origin, no longer slow", end));
        }
        return () -> {
            ended[0] = true;
            node.process().after(random.nextLong(GIVEN_UP_NANOS), "load given up",
                    () -> result.failed(FailureKind.ORIGIN, "given up", null));
        };
    }

    private void tell(String key, boolean fails, String value, LoadResult result) {
        if (fails) {
            result.failed(FailureKind.ORIGIN, "the simulated database is down", null);
        } else if (key.startsWith("none")) {
            result.absent();
        } else {
            result.loaded(Bytes.utf8(value), "text/plain");
        }
    }

    private String value(String key) {
        return MARK + key + ":" + version(key);
    }
}
