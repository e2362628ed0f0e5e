package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.FailureKind;
import dev.shortwire.Version;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How writes end where the owner can't be asked, or does not answer.
final class WritesTest extends Scenario {
    private String key = "";

    @BeforeEach
    void start() {
        begin();
        key = cluster.keyOwnedBy("b", ASIDE);
    }

    @Test
    void aPutWhoseRequestIsLostIsInDoubt() {
        cluster.cut("a", "b");
        SimCall put = cluster.await(cluster.put("a", ASIDE, key, "v"));
        assertThat(put.failure()).isEqualTo(FailureKind.IN_DOUBT);
        assertThat(put.took()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aPutWhoseReplyIsLostIsInDoubtAndHappened() {
        cluster.cutOneWay("b", "a");
        SimCall put = cluster.await(cluster.put("a", ASIDE, key, "v"));
        assertThat(put.failure()).isEqualTo(FailureKind.IN_DOUBT);
        assertThat(cluster.await(cluster.get("c", ASIDE, key)).text()).isEqualTo("v");
    }

    @Test
    void aPutThatWasUnderWayWhenItsOwnerCrashedIsInDoubt() {
        cluster.network().stall("a", "b", simulation.nowNanos() + Duration.ofMillis(200).toNanos());
        SimCall put = cluster.put("a", ASIDE, key, "v");
        pass(50);
        cluster.crash("b");
        assertThat(cluster.await(put).failure()).isEqualTo(FailureKind.IN_DOUBT);
        assertThat(put.took()).isLessThan(Duration.ofMillis(300));
    }

    @Test
    void aPutAfterItsOwnerCrashedWaitsForTheNextViewAndHappens() {
        cluster.crash("b");
        pass(5);
        SimCall put = cluster.await(cluster.put("a", ASIDE, key, "v"));
        assertThat(put.failure()).isNull();
        assertThat(cluster.await(cluster.get("c", ASIDE, key)).text()).isEqualTo("v");
    }

    @Test
    void aPutThatWasNeverSentDidNotHappen() {
        cluster.cutFromRegistry("a");
        cluster.cutFromRegistry("c");
        cluster.crash("b");
        pass(100);
        SimCall put = cluster.await(cluster.put("a", ASIDE, key, "v"));
        assertThat(put.failure()).isEqualTo(FailureKind.UNREACHABLE);
        assertThat(put.toString()).contains("nothing happened");
        assertThat(put.took()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aPutThatFoundNoOpenLinkUntilItsDeadlineDidNotHappen() {
        cluster.cutFromRegistry("a");
        cluster.cut("a", "b");
        // Only the link knows, not the peer: connecting anew times out.
        closeLink("a", "b");
        SimCall put = cluster.await(cluster.put("a", ASIDE, key, "v"));
        assertThat(put.failure()).isEqualTo(FailureKind.UNREACHABLE);
    }

    @Test
    void aRepeatedPutFrameIsAppliedOnce() {
        cluster.network().duplicates = 1;
        cluster.network().jitterNanos = Duration.ofMillis(300).toNanos();
        SimCall first = cluster.await(cluster.put("a", ASIDE, key, "first"));
        SimCall second = cluster.await(cluster.put("c", ASIDE, key, "second"));
        pass(1000);
        assertThat(second.version()).isEqualTo(new Version(first.version().epoch(), first.version().counter() + 1));
        cluster.network().duplicates = 0;
        SimCall read = cluster.await(cluster.get("c", ASIDE, key));
        assertThat(read.text()).isEqualTo("second");
        assertThat(read.version()).isEqualTo(second.version());
    }

    @Test
    void aRemovalIsRepeatedWhenItsLinkBreaks() {
        cluster.await(cluster.put("a", ASIDE, key, "v"));
        cluster.network().stall("b", "a", simulation.nowNanos() + Duration.ofMillis(100).toNanos());
        SimCall remove = cluster.remove("a", ASIDE, key);
        pass(20);
        closeLink("a", "b");
        assertThat(cluster.await(remove).failure()).isNull();
        assertThat(cluster.await(cluster.get("c", ASIDE, key)).answer().isPresent()).isFalse();
    }
}
