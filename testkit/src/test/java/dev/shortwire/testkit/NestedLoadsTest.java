package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import dev.shortwire.cache.Ancestry;
import dev.shortwire.cache.GroupLoader.LoadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Loaders that ask for other keys.
final class NestedLoadsTest {
    private static final String GROUP = "nested";
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Simulation simulation = new Simulation(1);
    private final Map<String, String> needs = new TreeMap<>();
    private final List<String> started = new ArrayList<>();
    private SimulatedCluster cluster = cluster(GroupOptions.DEFAULT);

    private SimulatedCluster cluster(GroupOptions options) {
        SimulatedCluster made = new SimulatedCluster(simulation,
                List.of(new SimLoader.Group(GROUP, options, this::load)));
        made.check(new NoFaultCheck(simulation));
        made.check(new DeadlineCheck(simulation));
        return made;
    }

    /// Takes 10 ms, and then the key that it needs.
    private Runnable load(SimNode node, String key, Ancestry ancestry, LoadResult result) {
        started.add(key);
        ManualLoader.Load load = new ManualLoader.Load(node, key, ancestry, result);
        simulation.after(Duration.ofMillis(10).toNanos(), "needs", () -> {
            String needed = needs.get(key);
            if (needed == null) {
                load.brings(key);
                return;
            }
            SimCall inner = cluster.get(node.name(), GROUP, needed, ancestry, LONG);
            whenDone(inner, load);
        });
        return () -> {};
    }

    private void whenDone(SimCall inner, ManualLoader.Load load) {
        if (inner.isDone()) {
            load.endsAs(inner);
        } else {
            simulation.after(10_000, "look", () -> whenDone(inner, load));
        }
    }

    @Test
    void aLoaderThatAsksForItsOwnKeyIsToldAtOnce() {
        cluster.start("a");
        needs.put("x", "x");
        SimCall call = cluster.await(cluster.get("a", GROUP, "x", Ancestry.NONE, LONG));
        assertThat(call.failure()).isEqualTo(FailureKind.LOAD_CYCLE);
        assertThat(call.took()).isLessThan(Duration.ofMillis(20));
    }

    @Test
    void aCycleThroughTwoNodesIsToldAtOnce() {
        cluster.start("a", "b");
        String x = cluster.keyOwnedBy("a", GROUP);
        String y = cluster.keyOwnedBy("b", GROUP);
        needs.put(x, y);
        needs.put(y, x);
        SimCall call = cluster.await(cluster.get("a", GROUP, x, Ancestry.NONE, LONG));
        assertThat(call.failure()).isEqualTo(FailureKind.LOAD_CYCLE);
        assertThat(call.took()).isLessThan(Duration.ofMillis(50));
        assertThat(started).containsExactly(x, y);
    }

    @Test
    void aGateOfOneDoesNotStopALoadWithinALoad() {
        cluster = cluster(GroupOptions.DEFAULT.withMaxConcurrentLoads(1));
        cluster.start("a");
        needs.put("x", "y");
        needs.put("y", "z");
        SimCall call = cluster.await(cluster.get("a", GROUP, "x", Ancestry.NONE, LONG));
        assertThat(call.text()).isEqualTo("with with z");
        assertThat(call.took()).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void aLoadThatNeedsOneWhichWaitsForItsTurnGetsItAtOnce() {
        cluster = cluster(GroupOptions.DEFAULT.withMaxConcurrentLoads(1));
        cluster.start("a");
        needs.put("x", "y");
        SimCall outer = cluster.get("a", GROUP, "x", Ancestry.NONE, LONG);
        SimCall queued = cluster.get("a", GROUP, "y", Ancestry.NONE, LONG);
        cluster.await(outer);
        assertThat(outer.text()).isEqualTo("with y");
        assertThat(outer.took()).isLessThan(Duration.ofMillis(100));
        assertThat(cluster.await(queued).text()).isEqualTo("y");
        assertThat(started).containsExactly("x", "y");
    }

    @Test
    void twoLoadsThatNeedEachOtherEndAtTheirDeadline() {
        cluster = cluster(GroupOptions.DEFAULT.withLoadTimeout(Duration.ofSeconds(2)));
        cluster.start("a");
        needs.put("x", "y");
        needs.put("y", "x");
        SimCall one = cluster.get("a", GROUP, "x", Ancestry.NONE, LONG);
        SimCall other = cluster.get("a", GROUP, "y", Ancestry.NONE, LONG);
        cluster.await(one);
        cluster.await(other);
        assertThat(one.failure()).isIn(FailureKind.DEADLINE, FailureKind.LOAD_CYCLE);
        assertThat(other.failure()).isIn(FailureKind.DEADLINE, FailureKind.LOAD_CYCLE);
        assertThat(one.took()).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void aChainThatNeverEndsIsTakenForACycle() {
        cluster.start("a");
        for (int i = 0; i < 40; i++) {
            needs.put("k" + i, "k" + (i + 1));
        }
        assertThat(cluster.await(cluster.get("a", GROUP, "k0", Ancestry.NONE, LONG)).failure())
                .isEqualTo(FailureKind.LOAD_CYCLE);
        assertThat(started).hasSize(Ancestry.MAX_DEPTH);
    }
}
