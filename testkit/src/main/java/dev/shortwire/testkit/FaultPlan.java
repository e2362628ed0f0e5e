package dev.shortwire.testkit;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Which faults a run has, and the chance by which they come and go until the plan is stopped.
final class FaultPlan {
    private static final double PART = 0.3;
    private static final double WIPED = 0.05;
    private static final long MEAN_INTERVAL_NANOS = Duration.ofSeconds(4).toNanos();

    private final Simulation simulation;
    private final SimulatedCluster cluster;
    private final SimOrigin origin;
    private final SplittableRandom random;
    private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
    private boolean stopped;
    private int joined;

    FaultPlan(SimulatedCluster cluster, SimOrigin origin) {
        this.simulation = cluster.simulation();
        this.cluster = cluster;
        this.origin = origin;
        this.random = simulation.fork();
        for (Fault fault : Fault.values()) {
            if (random.nextDouble() < (fault == Fault.REGISTRY_WIPE ? WIPED : PART)) {
                faults.add(fault);
            }
        }
    }

    Set<Fault> faults() {
        return faults;
    }

    void start() {
        simulation.note("-", "faults " + faults);
        faults.forEach(this::switchOn);
    }

    /// Ends all faults: what is down starts again.
    void stop() {
        stopped = true;
        cluster.heal();
        origin.heal();
        for (SimNode node : cluster.nodes()) {
            if (!node.isRunning()) {
                cluster.start(node.name(), node.isObserver());
            }
        }
    }

    private void switchOn(Fault fault) {
        SimNetwork network = cluster.network();
        switch (fault) {
            case DELAY -> network.jitterNanos = random.nextLong(Duration.ofMillis(500).toNanos());
            case DROP_REQUESTS -> network.dropRequests = random.nextDouble(0.3);
            case DROP_REPLIES -> network.dropReplies = random.nextDouble(0.3);
            case DUPLICATE -> network.duplicates = random.nextDouble(0.5);
            case SLOW_ORIGIN -> origin.slow = random.nextDouble(0.3);
            case FAILING_ORIGIN -> origin.failures = random.nextDouble(0.5);
            default -> again(fault);
        }
    }

    private void again(Fault fault) {
        simulation.after(random.nextLong(2 * MEAN_INTERVAL_NANOS), "fault " + fault, () -> {
            if (!stopped) {
                happen(fault);
                again(fault);
            }
        });
    }

    private void happen(Fault fault) {
        List<SimNode> members = cluster.running().stream().filter(n -> !n.isObserver()).toList();
        if (members.isEmpty()) {
            return;
        }
        SimNode one = members.get(random.nextInt(members.size()));
        List<SimNode> everybody = cluster.running();
        SimNode other = everybody.get(random.nextInt(everybody.size()));
        switch (fault) {
            case PARTITION -> cut(one.name(), other.name(), true);
            case ONE_WAY_PARTITION -> cut(one.name(), other.name(), random.nextBoolean());
            case STALL -> cluster.network().stall(one.name(), other.name(), simulation.nowNanos() + seconds(3));
            case RESET -> cluster.network().breakOneLink();
            case CRASH -> {
                cluster.crash(one.name());
                startLater(one);
            }
            case LEAVE -> {
                if (!one.isPaused()) {
                    cluster.stop(one.name());
                    startLater(one);
                }
            }
            case PAUSE -> {
                cluster.pause(one.name());
                later(seconds(9), "resume", () -> one.process().resume());
            }
            case JOIN -> {
                if (joined < 2) {
                    cluster.start("joiner-" + ++joined, false);
                }
            }
            case REGISTRY_CUT -> {
                cluster.cutFromRegistry(one.name());
                later(seconds(12), "reconnect", () -> {
                    if (one.isRunning()) {
                        one.registry().reconnect();
                    }
                });
            }
            case REGISTRY_LAG -> lag(one);
            case REGISTRY_WIPE -> cluster.hub().wipe(random.nextLong(1, Long.MAX_VALUE));
            default -> throw new AssertionError(fault);
        }
    }

    private void cut(String one, String other, boolean bothWays) {
        if (bothWays) {
            cluster.cut(one, other);
        } else {
            cluster.cutOneWay(one, other);
        }
        later(seconds(5), "uncut", () -> {
            cluster.network().uncut(one, other);
            cluster.network().uncut(other, one);
        });
    }

    private void lag(SimNode node) {
        simulation.note(node.name(), "hears of views late");
        if (random.nextBoolean()) {
            node.registry().lagNanos = seconds(1);
            later(seconds(6), "no lag", () -> node.registry().lagNanos = 0);
        } else {
            node.registry().lag();
            boolean all = random.nextBoolean();
            later(seconds(6), "catch up", () -> node.registry().catchUp(all));
        }
    }

    private void startLater(SimNode node) {
        later(seconds(4), "start", () -> {
            SimNode newest = cluster.node(node.name());
            if (!newest.isRunning()) {
                cluster.start(node.name(), node.isObserver());
            }
        });
    }

    /// The plan's stop does at once what is still to come, so what comes later than that does nothing.
    private void later(long delayNanos, String kind, Runnable task) {
        simulation.after(delayNanos, kind, () -> {
            if (!stopped) {
                task.run();
            }
        });
    }

    private long seconds(int atMost) {
        return random.nextLong(Duration.ofSeconds(atMost).toNanos());
    }
}
