package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.FailureKind;
import dev.shortwire.Fallback;
import dev.shortwire.GroupOptions;
import dev.shortwire.Source;
import dev.shortwire.cluster.Lines;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a caller sees when the wire under his call does badly: two nodes with two wires between them.
final class CarryOverTest {
    private static final String GROUP = "notes";
    private static final Duration QUICKLY = Duration.ofMillis(60);

    private final Simulation simulation = new Simulation(1);
    private SimulatedCluster cluster = begin(GroupOptions.DEFAULT);
    private String key = cluster.keyOwnedBy("b", GROUP);

    private SimulatedCluster begin(GroupOptions options) {
        SimulatedCluster made = new SimulatedCluster(simulation, List.of(new SimLoader.Group(GROUP, options,
                (node, k, ancestry, result) -> {
                    node.process().after(1_000_000, "loaded", result::absent);
                    return () -> {};
                })), Plants.NONE, List.of("sim-a", "sim-b"));
        made.check(new NoFaultCheck(simulation));
        made.check(new DeadlineCheck(simulation));
        made.start("a", "b");
        simulation.runFor(Duration.ofSeconds(2));
        assertThat(lines(made).line().wire()).isEqualTo("sim-a");
        return made;
    }

    private static Lines lines(SimulatedCluster cluster) {
        Lines lines = cluster.node("a").cluster().routing().lines("b");
        if (lines == null) {
            throw new AssertionError("a has no link to b");
        }
        return lines;
    }

    private SimNetwork first() {
        return cluster.networks().getFirst();
    }

    private SimCall put(String value) {
        return cluster.await(cluster.put("a", GROUP, key, value));
    }

    @Test
    void aReadWhoseWireIsSilentIsAskedAgainOverTheOtherOne() {
        put("v");
        first().silent = true;
        SimCall read = cluster.await(cluster.get("a", GROUP, key));
        assertThat(read.text()).isEqualTo("v");
        assertThat(read.answer().degraded()).isFalse();
        assertThat(read.took()).isLessThan(QUICKLY);
    }

    @Test
    void aReadWhoseWireDiesIsCarriedOverAtOnce() {
        put("v");
        SimCall read = cluster.get("a", GROUP, key);
        first().kill();
        assertThat(cluster.await(read).text()).isEqualTo("v");
        assertThat(read.took()).isLessThan(Duration.ofMillis(5));
        assertThat(lines(cluster).line().wire()).isEqualTo("sim-b");
        assertThat(cluster.owner(GROUP, key)).isEqualTo("b");
    }

    @Test
    void aReadWhoseReplyIsLostIsAskedAgainOverTheOtherWire() {
        put("v");
        first().dropReplies = 1;
        SimCall read = cluster.get("a", GROUP, key);
        simulation.runFor(Duration.ofMillis(5));
        first().dropReplies = 0;
        assertThat(cluster.await(read).text()).isEqualTo("v");
        assertThat(read.took()).isLessThan(GroupOptions.DEFAULT.timeout());
    }

    /// The owner has done it, and recognises it when it comes again.
    @Test
    void aRemovalThatArrivesOverTwoWiresIsDoneOnce() {
        long before = put("v").version().counter();
        first().dropReplies = 1;
        SimCall removal = cluster.await(cluster.remove("a", GROUP, key));
        first().dropReplies = 0;
        assertThat(removal.failure()).isNull();
        assertThat(removal.version().counter()).isEqualTo(before + 1);
        assertThat(put("w").version().counter()).isEqualTo(before + 2);
    }

    @Test
    void aPutThatWasNotSentIsCarriedOverUnderItsNumber() {
        long before = put("v").version().counter();
        lines(cluster).line().link().close();
        SimCall put = put("w");
        assertThat(put.failure()).isNull();
        assertThat(put.version().counter()).isEqualTo(before + 1);
    }

    @Test
    void aPutWhoseWireFallsSilentEndsInDoubt() {
        first().silent = true;
        assertThat(put("v").failure()).isEqualTo(FailureKind.IN_DOUBT);
    }

    @Test
    void aPausedOwnerIsStoodInForWhereTheGroupSaysSo() {
        put("v");
        cluster.pause("b");
        SimCall read = cluster.await(cluster.get("a", GROUP, key));
        assertThat(read.answer().degraded()).isTrue();
        assertThat(read.answer().source()).isEqualTo(Source.LOADER);
        assertThat(cluster.node("a").cluster().stateOf("b")).isEqualTo("silent");
        SimCall next = cluster.await(cluster.get("a", GROUP, key));
        assertThat(next.took()).isLessThan(QUICKLY);
        cluster.resume("b");
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(cluster.await(cluster.get("a", GROUP, key)).text()).isEqualTo("v");
        assertThat(cluster.node("a").cluster().stateOf("b")).isEqualTo("linked");
    }

    @Test
    void readsOfAPausedOwnerEndAtTheirDeadlineElsewhere() {
        cluster.stop("a");
        cluster.stop("b");
        cluster = begin(GroupOptions.DEFAULT.withFallback(Fallback.FAIL));
        key = cluster.keyOwnedBy("b", GROUP);
        put("v");
        cluster.pause("b");
        SimCall read = cluster.await(cluster.get("a", GROUP, key));
        assertThat(read.failure()).isEqualTo(FailureKind.DEADLINE);
        assertThat(read.took()).isEqualTo(GroupOptions.DEFAULT.timeout());
    }
}
