package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How the origin is protected, and those who wait for it.
final class LoadLimitsTest extends Scenario {
    private static final GroupOptions OPTIONS = GroupOptions.DEFAULT.withTimeout(Duration.ofSeconds(30));

    @Test
    void aLoadThatTakesTooLongFailsForAllWhoWaitAndIsGivenUp() {
        begin(OPTIONS.withLoadTimeout(Duration.ofSeconds(2)));
        String key = cluster.keyOwnedBy("b", DB);
        SimCall one = getUntilLoad("a", key, 1);
        SimCall two = cluster.get("c", DB, key);
        pass(3000);
        assertThat(one.failure()).isEqualTo(FailureKind.DEADLINE);
        assertThat(two.failure()).isEqualTo(FailureKind.DEADLINE);
        assertThat(one.took()).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2010));
        assertThat(loader.last().givenUp).isTrue();
        loader.last().brings("too late");
        assertThat(read("a", key, "in time").text()).isEqualTo("in time");
    }

    @Test
    void aCallersDeadlineEndsThatCallerAlone() {
        begin(OPTIONS.withLoadTimeout(Duration.ofSeconds(10)));
        String key = cluster.keyOwnedBy("b", DB);
        SimCall patient = getUntilLoad("a", key, 1);
        SimCall hasty = cluster.get("b", DB, key, dev.shortwire.cache.Ancestry.NONE, Duration.ofMillis(100));
        pass(200);
        assertThat(hasty.failure()).isEqualTo(FailureKind.DEADLINE);
        assertThat(hasty.took()).isEqualTo(Duration.ofMillis(100));
        loader.last().brings("v");
        assertThat(cluster.await(patient).text()).isEqualTo("v");
    }

    @Test
    void loadsBeyondTheQueueAreRefusedAsBusy() {
        begin(OPTIONS.withMaxConcurrentLoads(1).withMaxQueuedLoads(1));
        SimCall[] calls = new SimCall[3];
        int found = 0;
        for (int i = 0; found < 3; i++) {
            if (cluster.owner(DB, "k" + i).equals("b")) {
                calls[found++] = cluster.get("a", DB, "k" + i);
                pass(5);
            }
        }
        assertThat(calls[2].failure()).isEqualTo(FailureKind.BUSY);
        assertThat(loader.count()).isEqualTo(1);
        loader.last().brings("first");
        pass(5);
        assertThat(loader.count()).isEqualTo(2);
        loader.last().brings("second");
        pass(5);
        assertThat(calls[0].text()).isEqualTo("first");
        assertThat(calls[1].text()).isEqualTo("second");
    }

    @Test
    void aLoadThatWaitedTooLongForItsTurnNeverStarts() {
        begin(OPTIONS.withMaxConcurrentLoads(1).withLoadTimeout(Duration.ofSeconds(2)));
        String first = cluster.keyOwnedBy("b", DB);
        getUntilLoad("b", first, 1);
        String second = "";
        for (int i = 0; second.isEmpty(); i++) {
            second = cluster.owner(DB, "other-" + i).equals("b") ? "other-" + i : "";
        }
        SimCall queued = cluster.get("b", DB, second);
        pass(2500);
        assertThat(queued.failure()).isEqualTo(FailureKind.DEADLINE);
        loader.last().brings("late");
        pass(100);
        assertThat(loader.count()).isEqualTo(1);
    }
}
