package dev.shortwire.testkit;

import dev.shortwire.GroupOptions;
import dev.shortwire.Node.LinkChange;
import dev.shortwire.cache.Outcome;
import dev.shortwire.cluster.Lines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// One run of two simulated nodes with several wires between them, all of it drawn from one seed: wires become slow,
/// lossy, silent or dead and well again, one of them flaps at the end, while a client reads one key of the other node
/// after the other. At every moment at least one wire is well, and has been for a while.
///
/// What is held:
///
/// - no read and no removal fails or is answered by a stand-in;
/// - what the client waits longer than the best wire at each moment would take is at most 5 % of its time;
/// - a read that begins 50 ms after a wire died does not feel it;
/// - a wire that flaps makes at most two changes a minute, and one more in the first, before it is known to flap.
final class LinkRun {
    static final String NO_FAILURE = "no idempotent call fails while a wire is well";
    static final String REGRET = "waiting is at most 5 % longer than on the best wire at each moment";
    static final String OFF_DEAD = "50 ms after a wire died nobody feels it";
    static final String FEW_CHANGES = "a flapping wire makes at most two changes a minute";

    private static final List<String> WIRES = List.of("sim-a", "sim-b", "sim-c");
    private static final String GROUP = "notes";
    private static final int FAULTS = 12;
    private static final long BASE_NANOS = 100_000;
    private static final long STEP_NANOS = 10_000;
    private static final long JITTER_NANOS = 20_000;
    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();
    private static final long POLL_NANOS = 50_000;
    private static final long OFF_NANOS = Duration.ofMillis(50).toNanos();
    private static final long UNFELT_NANOS = Duration.ofMillis(10).toNanos();
    private static final Duration FLAPPING = Duration.ofMinutes(3);
    private static final double REGRET_SHARE = 0.05;

    private final Simulation simulation;
    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final String key;
    private boolean done;
    private long diedAt = -1;
    private long waitedNanos;
    private long couldHaveWaitedNanos;

    /// What can happen to a wire.
    private enum Harm { SLOW, LOSSY, SILENT, DEAD }

    private LinkRun(long seed, Plants plants, boolean printed) {
        simulation = new Simulation(seed);
        if (printed) {
            simulation.print();
        }
        random = simulation.fork();
        cluster = new SimulatedCluster(simulation,
                List.of(new SimLoader.Group(GROUP, GroupOptions.DEFAULT, null)), plants, WIRES);
        cluster.check(new NoFaultCheck(simulation));
        cluster.check(new DeadlineCheck(simulation));
        for (int i = 0; i < WIRES.size(); i++) {
            heal(i);
        }
        cluster.start("a", "b");
        key = cluster.keyOwnedBy("b", GROUP);
        cluster.await(cluster.put("a", GROUP, key, "value"));
    }

    /// Runs the world of that seed, and returns the hash of its trace.
    ///
    /// @throws Violation if a promise is broken
    static long run(long seed, Plants plants, boolean printed) {
        LinkRun run = new LinkRun(seed, plants, printed);
        run.all();
        return run.simulation.traceHash();
    }

    private void all() {
        simulation.runFor(Duration.ofSeconds(2));
        call();
        for (int i = 0; i < FAULTS; i++) {
            int wire = random.nextInt(10) < 6 ? chosen() : random.nextInt(WIRES.size());
            harm(wire, Harm.values()[random.nextInt(Harm.values().length)]);
            simulation.runFor(Duration.ofMillis(random.nextLong(300, 8_000)));
            heal(wire);
            simulation.runFor(Duration.ofMillis(random.nextLong(5_000, 20_000)));
        }
        regret();
        flap();
        done = true;
        simulation.runFor(Duration.ofSeconds(2));
    }

    private void harm(int wire, Harm harm) {
        SimNetwork network = cluster.networks().get(wire);
        simulation.note(network.wire(), "becomes " + harm);
        switch (harm) {
            case SLOW -> network.delayNanos = random.nextLong(1_000_000, 30_000_000);
            case LOSSY -> {
                network.dropRequests = random.nextDouble(0.1, 0.5);
                network.dropReplies = random.nextDouble(0.1, 0.5);
            }
            case SILENT -> network.silent = true;
            case DEAD -> {
                network.kill();
                diedAt = simulation.nowNanos();
            }
        }
    }

    private void heal(int wire) {
        SimNetwork network = cluster.networks().get(wire);
        network.heal();
        network.delayNanos = BASE_NANOS + wire * STEP_NANOS;
        network.jitterNanos = JITTER_NANOS;
        diedAt = -1;
        simulation.note(network.wire(), "is well");
    }

    private int chosen() {
        Lines lines = cluster.node("a").cluster().routing().lines("b");
        return lines == null ? 0 : WIRES.indexOf(lines.line().wire());
    }

    // ---- the client

    private void call() {
        if (done) {
            return;
        }
        SimCall call = random.nextInt(20) == 0 ? cluster.remove("a", GROUP, key + "-gone")
                : cluster.get("a", GROUP, key);
        boolean afterDeath = diedAt >= 0 && simulation.nowNanos() - diedAt > OFF_NANOS;
        long best = bestNanos();
        awaited(call, best, afterDeath);
    }

    private void awaited(SimCall call, long best, boolean afterDeath) {
        if (!call.isDone()) {
            simulation.after(POLL_NANOS, "client waits", () -> awaited(call, best, afterDeath));
            return;
        }
        long took = call.took().toNanos();
        if (!(call.outcome() instanceof Outcome.Answered || call.outcome() instanceof Outcome.Written)
                || call.kind() == SimCall.Kind.GET && call.answer().degraded()) {
            simulation.violated(NO_FAILURE, call.toString(), null);
        } else if (afterDeath && took > UNFELT_NANOS) {
            simulation.violated(OFF_DEAD, call.toString(), null);
        }
        waitedNanos += took + PAUSE_NANOS;
        couldHaveWaitedNanos += Math.min(took, Math.max(best, bestNanos())) + PAUSE_NANOS;
        simulation.after(PAUSE_NANOS, "client", this::call);
    }

    /// What a round trip takes at most on the best wire now.
    private long bestNanos() {
        return cluster.networks().stream()
                .filter(n -> !n.isDead() && !n.silent && n.dropRequests == 0)
                .mapToLong(n -> 2 * (n.delayNanos + n.jitterNanos)).min().orElse(0);
    }

    private void regret() {
        double regret = 1 - (double) couldHaveWaitedNanos / waitedNanos;
        if (regret > REGRET_SHARE) {
            broken(REGRET, "it was " + regret);
        }
    }

    // ---- flapping

    /// One wire is well and not, in turns.
    private void flap() {
        int wire = chosen();
        Harm harm = Harm.values()[random.nextInt(Harm.values().length)];
        long badMillis = random.nextLong(200, 10_000);
        long wellMillis = random.nextLong(200, 10_000);
        simulation.note("-", "flaps " + WIRES.get(wire) + " " + harm);
        simulation.runFor(Duration.ofMinutes(1));
        long start = simulation.nowNanos();
        while (simulation.nowNanos() - start < FLAPPING.toNanos()) {
            harm(wire, harm);
            simulation.runFor(Duration.ofMillis(badMillis));
            heal(wire);
            simulation.runFor(Duration.ofMillis(wellMillis));
        }
        requireFewChanges(simulation, changes(), start / 1_000_000);
    }

    private List<LinkChange> changes() {
        List<LinkChange> changes = new ArrayList<>();
        cluster.node("a").cluster().links()
                .thenAccept(links -> links.forEach(link -> changes.addAll(link.history())));
        return changes;
    }

    /// @param sinceMillis when the flapping began
    static void requireFewChanges(Simulation simulation, List<LinkChange> changes, long sinceMillis) {
        long minute = Duration.ofMinutes(1).toMillis();
        for (LinkChange first : changes) {
            long from = first.atMillis();
            long within = changes.stream().filter(c -> c.atMillis() >= from && c.atMillis() < from + minute).count();
            int most = from < sinceMillis + minute ? 3 : 2;
            if (from >= sinceMillis && within > most) {
                simulation.violated(FEW_CHANGES, within + " changes within a minute: " + changes, null);
            }
        }
    }

    private void broken(String check, String message) {
        simulation.violated(check, message, null);
        simulation.runFor(Duration.ofSeconds(1));
    }
}
