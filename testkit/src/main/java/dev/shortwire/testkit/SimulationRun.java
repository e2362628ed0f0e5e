package dev.shortwire.testkit;

import dev.shortwire.cache.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// One run of a simulated cluster under load, all of it drawn from one seed. Three phases:
///
/// 1. *Safety*: clients work, and faults of the kinds that the seed chose come and go.
/// 2. *Liveness*: everything heals; within [#CONVERGED_WITHIN] all nodes must be in one view with all of them, linked,
///    and answer for every key.
/// 3. *Calm*: clients work without faults and must read what they wrote, and nobody may answer degraded.
///
/// The checks watch through all of it.
public final class SimulationRun {
    /// How long after the last fault the cluster has become one again: what a session lives, and what a join that is
    /// tried again takes.
    public static final Duration CONVERGED_WITHIN = Duration.ofSeconds(12);
    static final String CONVERGED = "the cluster converges after the faults have ended";
    static final String NOT_DEGRADED = "nobody answers degraded on a stable view without faults";

    private static final Duration FAULTY = Duration.ofSeconds(40);
    private static final Duration CALM = Duration.ofSeconds(4);
    private static final Duration ENDING = Duration.ofSeconds(2);

    private final Simulation simulation;
    private final SimOrigin origin;
    private final SimulatedCluster cluster;
    private final OwnWritesCheck ownWrites;
    private final SplittableRandom random;

    SimulationRun(long seed, Plants plants, boolean printed) {
        this.simulation = new Simulation(seed);
        if (printed) {
            simulation.print();
        }
        this.origin = new SimOrigin(simulation);
        this.cluster = new SimulatedCluster(simulation, Workload.groups(origin), plants);
        this.ownWrites = new OwnWritesCheck(simulation);
        this.random = simulation.fork();
        cluster.check(new NoFaultCheck(simulation));
        cluster.check(new ViewsCheck(simulation));
        cluster.check(new DeadlineCheck(simulation));
        cluster.check(new OwnerVersionsCheck(simulation));
        cluster.check(new FreshnessCheck(simulation, origin));
        cluster.check(new OneLoadCheck(simulation, cluster::hash,
                (group, key) -> cluster.group(group).options().loadTimeout().toNanos()));
    }

    /// Runs the world of that seed, and returns the hash of its trace.
    ///
    /// @param printed whether each event is printed
    /// @throws Violation if a promise is broken
    public static long run(long seed, boolean printed) {
        return run(seed, Plants.NONE, printed);
    }

    static long run(long seed, Plants plants, boolean printed) {
        SimulationRun run = new SimulationRun(seed, plants, printed);
        run.all();
        return run.simulation.traceHash();
    }

    private void all() {
        int members = random.nextInt(3, 8);
        for (int i = 1; i <= members; i++) {
            cluster.start("node-" + i, false);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            cluster.start("observer-" + i, true);
        }
        Workload workload = new Workload(cluster, origin);
        FaultPlan faults = new FaultPlan(cluster, origin);
        workload.start();
        faults.start();
        simulation.runFor(FAULTY);
        workload.stop();
        faults.stop();
        converge();
        calm();
        simulation.runFor(ENDING);
        cluster.checks().forEach(Check::finished);
        simulation.runFor(Duration.ofNanos(1));
    }

    private void converge() {
        if (!simulation.runUntil(cluster::isSettled, CONVERGED_WITHIN)) {
            broken(CONVERGED, "the registry has " + cluster.hub().view() + "; the nodes have "
                    + cluster.running().stream().map(n -> n + " (" + n.cluster().incarnation() + ") "
                            + n.cluster().routing().view() + " links " + n.cluster().routing().links().keySet())
                            .toList());
        }
        // What was sent before the end of the faults may still be on its way.
        simulation.runFor(ENDING);
        List<SimCall> reads = new ArrayList<>();
        for (SimLoader.Group group : Workload.groups(origin)) {
            for (String key : Workload.keys(group.name())) {
                cluster.running().forEach(node -> reads.add(cluster.get(node.name(), group.name(), key)));
                simulation.runFor(Duration.ofMillis(20));
            }
        }
        simulation.runFor(ENDING);
        for (SimCall read : reads) {
            if (!read.isDone() || !(read.outcome() instanceof Outcome.Answered)) {
                broken(CONVERGED, read + ": every key must be readable from every node");
            } else if (read.answer().degraded()) {
                broken(NOT_DEGRADED, read.toString());
            }
        }
    }

    /// Each client has keys of its own, and one call at a time.
    private void calm() {
        List<SimCall> calls = new ArrayList<>();
        long end = simulation.nowNanos() + CALM.toNanos();
        while (simulation.nowNanos() < end) {
            calls.clear();
            for (SimNode node : cluster.running()) {
                String key = "own-" + node.name() + "-" + random.nextInt(3);
                int dice = random.nextInt(10);
                calls.add(dice < 6 ? cluster.get(node.name(), Workload.ASIDE, key)
                        : dice < 9 ? cluster.put(node.name(), Workload.ASIDE, key, "own:" + simulation.nowNanos())
                                : cluster.remove(node.name(), Workload.ASIDE, key));
            }
            simulation.runUntil(() -> calls.stream().allMatch(SimCall::isDone), ENDING);
            calls.stream().filter(SimCall::isDone).forEach(ownWrites::ended);
            simulation.runFor(Duration.ofMillis(20));
        }
    }

    private void broken(String check, String message) {
        simulation.violated(check, message, null);
        simulation.runFor(Duration.ofSeconds(1));
    }
}
