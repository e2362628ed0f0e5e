package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.FailureKind;
import dev.shortwire.Source;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a flight promises, on three simulated nodes.
final class FlightsTest extends Scenario {
    private String key = "";

    @BeforeEach
    void start() {
        begin();
        key = cluster.keyOwnedBy("b", DB);
    }

    @Test
    void aThousandCallersOnThreeNodesCauseOneLoad() {
        List<SimCall> calls = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            calls.add(cluster.get(List.of("a", "b", "c").get(i % 3), DB, key));
        }
        pass(100);
        assertThat(loader.count()).isEqualTo(1);
        assertThat(loader.last().node.name()).isEqualTo("b");
        loader.last().brings("v");
        pass(100);
        assertThat(calls).allSatisfy(call -> assertThat(call.text()).isEqualTo("v"));
        assertThat(cluster.await(cluster.get("a", DB, key)).answer().source()).isEqualTo(Source.PEER);
        assertThat(loader.count()).isEqualTo(1);
    }

    @Test
    void aCancelledCallerFailsAlone() {
        SimCall first = getUntilLoad("a", key, 1);
        SimCall other = cluster.get("c", DB, key);
        SimCall atOwner = cluster.get("b", DB, key);
        pass(10);
        first.cancel();
        pass(10);
        loader.last().brings("v");
        pass(10);
        assertThat(first.isDone()).isFalse();
        assertThat(other.text()).isEqualTo("v");
        assertThat(atOwner.text()).isEqualTo("v");
        assertThat(loader.count()).isEqualTo(1);
    }

    @Test
    void waitersGetTheFailureOfTheirFlightAndTheNextCallLoadsAgain() {
        SimCall one = getUntilLoad("a", key, 1);
        SimCall two = cluster.get("b", DB, key);
        pass(10);
        loader.last().fails("the disk is full");
        pass(10);
        assertThat(List.of(one, two)).allSatisfy(call -> {
            assertThat(call.failure()).isEqualTo(FailureKind.ORIGIN);
            assertThat(call.toString()).contains("the disk is full");
        });
        assertThat(read("a", key, "v").text()).isEqualTo("v");
        assertThat(loader.count()).isEqualTo(2);
    }

    @Test
    void aRemovalDetachesTheFlightAndItsResultIsNotStored() {
        SimCall before = getUntilLoad("a", key, 1);
        assertThat(cluster.await(cluster.remove("c", DB, key)).failure()).isNull();
        SimCall after = getUntilLoad("a", key, 2);
        loader.loads().getFirst().brings("old");
        pass(10);
        assertThat(before.text()).isEqualTo("old");
        assertThat(after.isDone()).isFalse();
        loader.last().brings("new");
        pass(10);
        assertThat(after.text()).isEqualTo("new");
        assertThat(cluster.await(cluster.get("c", DB, key)).text()).isEqualTo("new");
        assertThat(loader.count()).isEqualTo(2);
    }

    @Test
    void theOldResultIsNotStoredEvenIfItComesLast() {
        getUntilLoad("a", key, 1);
        cluster.await(cluster.remove("c", DB, key));
        SimCall after = getUntilLoad("a", key, 2);
        loader.last().brings("new");
        pass(10);
        loader.loads().getFirst().brings("old");
        pass(10);
        assertThat(after.text()).isEqualTo("new");
        assertThat(cluster.await(cluster.get("b", DB, key)).text()).isEqualTo("new");
    }

    @Test
    void theVersionIsDrawnWhenTheFlightStarts() {
        SimCall read = getUntilLoad("a", key, 1);
        SimCall write = cluster.await(cluster.put("a", DB, key, "written"));
        loader.last().brings("loaded");
        pass(10);
        assertThat(read.text()).isEqualTo("loaded");
        assertThat(write.version().isNewerThan(read.version())).isTrue();
    }

    @Test
    void aPutDuringAFlightWins() {
        getUntilLoad("a", key, 1);
        cluster.await(cluster.put("c", DB, key, "written"));
        loader.last().brings("loaded");
        pass(10);
        assertThat(cluster.await(cluster.get("a", DB, key)).text()).isEqualTo("written");
        assertThat(loader.count()).isEqualTo(1);
    }

    @Test
    void aFlightWhoseRangeMovesAwayIsNotStored() {
        String moving = keyThatMovesTo("d", "b");
        SimCall read = getUntilLoad("b", moving, 1);
        cluster.start("d", false);
        cluster.settle();
        loader.last().brings("of the old owner");
        pass(10);
        assertThat(read.text()).isEqualTo("of the old owner");
        SimCall next = read("b", moving, "of the new owner");
        assertThat(next.text()).isEqualTo("of the new owner");
        assertThat(loader.last().node.name()).isEqualTo("d");
    }

    private String keyThatMovesTo(String joiner, String owner) {
        SimulatedCluster other = new SimulatedCluster(new Simulation(9), List.of());
        other.start("a", "b", "c", joiner);
        for (int i = 0;; i++) {
            if (cluster.owner(DB, "m-" + i).equals(owner) && other.owner(DB, "m-" + i).equals(joiner)) {
                return "m-" + i;
            }
        }
    }
}
