package dev.shortwire.bench;

import dev.shortwire.Node.LinkCandidate;
import dev.shortwire.Node.LinkChange;
import dev.shortwire.bench.ChooseClient.Stretch;
import dev.shortwire.bench.Harms.Harm;
import dev.shortwire.bench.Harms.Kind;
import dev.shortwire.registry.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One run of [ChooseBench]: pins a client to each wire, finds out which are the fastest, and then harms the best one in
/// one way after the other. Confined to one thread.
final class ChooseRun implements AutoCloseable {
    private static final long SLICE_NANOS = Duration.ofMillis(40).toNanos();
    private static final Duration HARM_AFTER = Duration.ofMillis(5);
    private static final Duration MEETING = Duration.ofMillis(100);
    private static final int MOST_PINNED = 3;

    private final Profile owner;
    private final Lengths lengths;
    private final Consumer<String> progress;
    private final Harms harms = new Harms();
    private final Map<String, ChooseClient> pinned = new LinkedHashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    /// How long the parts of a run are.
    record Lengths(Duration warm, Duration well, Duration harmed, Duration healed, Duration flapping, Duration flap) {
        static final Lengths QUICK = new Lengths(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(2500),
                Duration.ofMillis(4500), Duration.ofSeconds(8), Duration.ofMillis(1000));
        static final Lengths FULL = new Lengths(Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(10),
                Duration.ofSeconds(20), Duration.ofMinutes(2), Duration.ofSeconds(2));
    }

    /// What was found in one stretch.
    ///
    /// @param what      scenario and stretch
    /// @param wire      what the node had chosen at its end
    /// @param best      the oracle's wire
    /// @param chosen    by the client that chooses
    /// @param oracle    by the client that is pinned to the best wire
    /// @param changes   changes of the wire in use, the most within a minute
    record Row(String what, String wire, String best, Stretch chosen, Stretch oracle, long changes) {
        /// Calls that the oracle would have made in the time of the client that chooses.
        double couldHave() {
            return oracle.rate() * chosen.nanos() / 1e9;
        }

        double regret() {
            return Math.max(0, 1 - chosen.calls() / couldHave());
        }
    }

    /// A change of the wire in use.
    ///
    /// @param afterMillis since the client of the scenario started
    record Change(String scenario, long afterMillis, LinkChange change) {}

    ChooseRun(Profile owner, Lengths lengths, Consumer<String> progress) {
        this.owner = owner;
        this.lengths = lengths;
        this.progress = progress;
    }

    List<Row> rows() {
        return rows;
    }

    List<Change> changes() {
        return changes;
    }

    void all() {
        progress.accept("a client for each wire of " + owner.endpoints().keySet());
        List<String> fastest = pin();
        progress.accept("the fastest are " + fastest);
        scenario("slow by 2 ms", fastest, new Harm(Kind.SLOW, Duration.ofMillis(2).toNanos(), 0));
        scenario("20 % lost", fastest, new Harm(Kind.LOSSY, 0, 0.2));
        scenario("silent", fastest, new Harm(Kind.SILENT, 0, 0));
        scenario("dead", fastest, new Harm(Kind.DEAD, 0, 0));
        flapping("flaps slow", fastest, new Harm(Kind.SLOW, Duration.ofMillis(2).toNanos(), 0));
        flapping("flaps dead", fastest, new Harm(Kind.DEAD, 0, 0));
    }

    /// The wires in the order in which a node prefers them, three at most.
    private List<String> pin() {
        List<String> wires;
        try (ChooseClient asked = new ChooseClient("asked", ChooseBench.WIRES, owner, harms)) {
            asked.call(lengths.warm().toNanos());
            wires = asked.links().candidates().stream().filter(c -> owner.endpoints().containsKey(c.wire()))
                    .filter(c -> !c.state().equals("out") && !c.state().equals("refused")).map(LinkCandidate::wire)
                    .limit(MOST_PINNED).toList();
        }
        for (String wire : wires) {
            ChooseClient client = new ChooseClient("pinned-" + wire, wire, owner, harms);
            pinned.put(wire, client);
            client.call(lengths.warm().toNanos());
        }
        return wires;
    }

    private void scenario(String what, List<String> wires, Harm harm) {
        progress.accept(what);
        try (ChooseClient client = new ChooseClient("chooses", ChooseBench.WIRES, owner, harms)) {
            client.call(lengths.well().toNanos() / 2);
            String best = client.links().wire();
            String second = fastestBut(best, wires);
            rows.add(stretch(what + ": well", client, best, lengths.well()));
            rows.add(begin(what + ": begins", client, best, harm));
            rows.add(stretch(what + ": harmed", client, second, lengths.harmed()));
            harms.set(best, Harm.NONE);
            rows.add(stretch(what + ": well again", client, best, lengths.healed()));
            note(what, client);
        } finally {
            wires.forEach(wire -> harms.set(wire, Harm.NONE));
        }
    }

    /// Has the harm begin while calls are made.
    private Row begin(String what, ChooseClient client, String wire, Harm harm) {
        CompletableFuture<Void> begun = CompletableFuture.runAsync(() -> harms.set(wire, harm),
                CompletableFuture.delayedExecutor(HARM_AFTER.toMillis(), TimeUnit.MILLISECONDS));
        Stretch met = client.call(MEETING.toNanos());
        begun.join();
        return new Row(what, client.links().wire(), "", met, Stretch.NONE, 0);
    }

    /// Slices of both clients in turns; the better of the pinned ones is the oracle.
    private Row stretch(String what, ChooseClient client, String best, Duration length) {
        Stretch chosen = Stretch.NONE;
        Stretch oracle = Stretch.NONE;
        ChooseClient knowing = pinned.get(best);
        long begin = System.nanoTime();
        for (int i = 0; System.nanoTime() - begin < length.toNanos(); i++) {
            boolean first = i % 4 == 0 || i % 4 == 3;
            if (first || knowing == null) {
                chosen = chosen.plus(client.call(SLICE_NANOS));
            } else {
                oracle = oracle.plus(knowing.call(SLICE_NANOS));
            }
        }
        return new Row(what, client.links().wire(), best, chosen, oracle, 0);
    }

    private void flapping(String what, List<String> wires, Harm harm) {
        progress.accept(what + " every " + lengths.flap().toMillis() + " ms");
        try (ChooseClient client = new ChooseClient("chooses", ChooseBench.WIRES, owner, harms)) {
            client.call(lengths.well().toNanos());
            String best = client.links().wire();
            long start = System.currentTimeMillis();
            Stretch all = Stretch.NONE;
            long begin = System.nanoTime();
            for (int i = 0; System.nanoTime() - begin < lengths.flapping().toNanos(); i++) {
                harms.set(best, i % 2 == 0 ? harm : Harm.NONE);
                all = all.plus(client.call(lengths.flap().toNanos()));
            }
            List<LinkChange> changes = client.links().history().stream().filter(c -> c.atMillis() >= start)
                    .sorted(Comparator.comparingLong(LinkChange::atMillis)).toList();
            rows.add(new Row(what, client.links().wire(), "", all, Stretch.NONE, mostInAMinute(changes)));
            note(what, client);
        } finally {
            wires.forEach(wire -> harms.set(wire, Harm.NONE));
        }
    }

    private void note(String what, ChooseClient client) {
        List<LinkChange> history = client.links().history();
        history.forEach(change -> changes
                .add(new Change(what, change.atMillis() - history.getFirst().atMillis(), change)));
    }

    private static long mostInAMinute(List<LinkChange> changes) {
        return changes.stream().mapToLong(first -> changes.stream()
                .filter(c -> c.atMillis() >= first.atMillis() && c.atMillis() < first.atMillis() + 60_000).count())
                .max()
                .orElse(0);
    }

    private String fastestBut(String best, List<String> wires) {
        return wires.stream().filter(wire -> !wire.equals(best))
                .max(Comparator.comparingDouble(wire -> pinnedRate(wire))).orElse(best);
    }

    private double pinnedRate(String wire) {
        ChooseClient client = pinned.get(wire);
        return client == null ? 0 : client.call(Duration.ofMillis(200).toNanos()).rate();
    }

    @Override
    public void close() {
        pinned.values().forEach(ChooseClient::close);
    }
}
