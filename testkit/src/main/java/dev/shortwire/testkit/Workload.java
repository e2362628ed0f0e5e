package dev.shortwire.testkit;

import dev.shortwire.GroupOptions;
import dev.shortwire.Fallback;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// What the clients of a simulated run do: each running node's client gets, puts and removes, and somebody else changes
/// rows of the origin.
final class Workload {
    /// Filled by the origin, with all options that make old answers.
    static final String STALE = "stale";
    /// Filled by the origin, fails where the owner can't be asked, few loads at once.
    static final String STRICT = "strict";
    /// Filled by puts alone.
    static final String ASIDE = "aside";

    private static final List<String> GROUPS = List.of(STALE, STRICT, ASIDE);
    private static final int KEYS = 12;
    private static final long MEAN_PAUSE_NANOS = Duration.ofMillis(60).toNanos();

    private final Simulation simulation;
    private final SimulatedCluster cluster;
    private final SimOrigin origin;
    private final SplittableRandom random;
    private boolean stopped;
    private long puts;

    Workload(SimulatedCluster cluster, SimOrigin origin) {
        this.simulation = cluster.simulation();
        this.cluster = cluster;
        this.origin = origin;
        this.random = simulation.fork();
    }

    static List<SimLoader.Group> groups(SimLoader origin) {
        GroupOptions options = GroupOptions.DEFAULT;
        return List.of(
                new SimLoader.Group(STALE,
                        options.withTimeToLive(Duration.ofSeconds(4)).withAbsentTimeToLive(Duration.ofSeconds(2))
                                .withStaleWhileRevalidate(Duration.ofSeconds(1))
                                .withStaleIfError(Duration.ofSeconds(10)),
                        origin),
                new SimLoader.Group(STRICT,
                        options.withAbsentTimeToLive(Duration.ZERO).withMaxConcurrentLoads(2).withMaxQueuedLoads(3)
                                .withLoadTimeout(Duration.ofSeconds(2)).withFallback(Fallback.FAIL),
                        origin),
                new SimLoader.Group(ASIDE, options, null));
    }

    static List<String> keys(String group) {
        List<String> keys = new java.util.ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            keys.add((i == KEYS - 1 ? "none-" : group + "-") + i);
        }
        return keys;
    }

    void start() {
        next();
    }

    void stop() {
        stopped = true;
    }

    private void next() {
        int clients = Math.max(1, cluster.running().size());
        simulation.after(random.nextLong(2 * MEAN_PAUSE_NANOS / clients), "client", () -> {
            if (!stopped) {
                List<SimNode> able = cluster.running().stream().filter(n -> !n.isPaused()).toList();
                if (!able.isEmpty()) {
                    act(able.get(random.nextInt(able.size())).name());
                }
                next();
            }
        });
    }

    private void act(String node) {
        String group = GROUPS.get(random.nextInt(GROUPS.size()));
        List<String> keys = keys(group);
        // Squared: some keys are asked for much more often than others.
        double at = random.nextDouble();
        String key = keys.get((int) (at * at * keys.size()));
        int dice = random.nextInt(100);
        if (dice < 70) {
            SimCall call = cluster.get(node, group, key);
            if (random.nextInt(20) == 0) {
                simulation.after(random.nextLong(Duration.ofMillis(40).toNanos()), "cancel", () -> {
                    if (!call.isDone()) {
                        call.cancel();
                    }
                });
            }
        } else if (dice < 82) {
            cluster.put(node, group, key, "put:" + ++puts);
        } else if (dice < 92) {
            cluster.remove(node, group, key);
        } else {
            origin.update(key);
            if (random.nextBoolean()) {
                cluster.remove(node, group, key);
            }
        }
    }
}
