package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Absence, expiry, and what may still answer past its end.
final class AgeTest extends Scenario {
    private static final GroupOptions OPTIONS = GroupOptions.DEFAULT.withTimeToLive(Duration.ofSeconds(10))
            .withStaleIfError(Duration.ZERO);

    private String key(GroupOptions options) {
        begin(options);
        return cluster.keyOwnedBy("b", DB);
    }

    private SimCall readAbsent(String key) {
        SimCall call = getUntilLoad("a", key, loader.count() + 1);
        loader.last().bringsNothing();
        return cluster.await(call);
    }

    @Test
    void anAbsenceIsRememberedForItsOwnTime() {
        String key = key(OPTIONS.withAbsentTimeToLive(Duration.ofSeconds(2)));
        assertThat(readAbsent(key).answer().isPresent()).isFalse();
        assertThat(cluster.await(cluster.get("c", DB, key)).answer().isPresent()).isFalse();
        assertThat(loader.count()).isEqualTo(1);
        pass(2000);
        assertThat(read("c", key, "there now").text()).isEqualTo("there now");
    }

    @Test
    void anAbsenceIsNotRememberedWhereThatIsOff() {
        String key = key(OPTIONS.withAbsentTimeToLive(Duration.ZERO));
        readAbsent(key);
        assertThat(read("c", key, "there now").text()).isEqualTo("there now");
        assertThat(loader.count()).isEqualTo(2);
    }

    @Test
    void anAbsenceEndsWithARemoval() {
        String key = key(OPTIONS.withAbsentTimeToLive(Duration.ofMinutes(5)));
        SimCall absent = readAbsent(key);
        cluster.await(cluster.remove("c", DB, key));
        SimCall present = read("a", key, "inserted");
        assertThat(present.text()).isEqualTo("inserted");
        assertThat(present.version().isNewerThan(absent.version())).isTrue();
    }

    @Test
    void aPutEndsAnAbsence() {
        String key = key(OPTIONS);
        readAbsent(key);
        cluster.await(cluster.put("c", DB, key, "put"));
        assertThat(cluster.await(cluster.get("a", DB, key)).text()).isEqualTo("put");
    }

    @Test
    void aValueExpiresAtItsOwner() {
        String key = key(OPTIONS);
        read("a", key, "one");
        pass(9_900);
        assertThat(read("a", key, "two").text()).isEqualTo("one");
        pass(200);
        assertThat(read("a", key, "two").text()).isEqualTo("two");
    }

    @Test
    void aStaleValueAnswersWhileExactlyOneRefreshRuns() {
        String key = key(OPTIONS.withStaleWhileRevalidate(Duration.ofSeconds(5)));
        read("a", key, "old");
        pass(11_000);
        for (String node : new String[] {"a", "b", "c", "a"}) {
            SimCall call = cluster.await(cluster.get(node, DB, key));
            assertThat(call.text()).isEqualTo("old");
            assertThat(call.answer().stale()).isTrue();
        }
        assertThat(loader.count()).isEqualTo(2);
        loader.last().brings("new");
        pass(10);
        SimCall after = cluster.await(cluster.get("a", DB, key));
        assertThat(after.text()).isEqualTo("new");
        assertThat(after.answer().stale()).isFalse();
        assertThat(loader.count()).isEqualTo(2);
    }

    @Test
    void pastTheStaleTimeNothingOldAnswers() {
        String key = key(OPTIONS.withStaleWhileRevalidate(Duration.ofSeconds(5)));
        read("a", key, "old");
        pass(15_100);
        assertThat(read("a", key, "new").text()).isEqualTo("new");
    }

    @Test
    void aStaleValueAnswersWhenItsLoadFails() {
        String key = key(OPTIONS.withStaleIfError(Duration.ofSeconds(20)));
        read("a", key, "old");
        pass(11_000);
        SimCall call = getUntilLoad("a", key, 2);
        loader.last().fails("down");
        assertThat(cluster.await(call).text()).isEqualTo("old");
        assertThat(call.answer().stale()).isTrue();
        pass(20_000);
        SimCall late = getUntilLoad("a", key, 3);
        loader.last().fails("still down");
        assertThat(cluster.await(late).failure()).isEqualTo(FailureKind.ORIGIN);
    }

    @Test
    void aRemovedValueDoesNotAnswerWhenTheLoadFails() {
        String key = key(OPTIONS.withStaleIfError(Duration.ofSeconds(20)));
        read("a", key, "old");
        cluster.await(cluster.remove("a", DB, key));
        SimCall call = getUntilLoad("a", key, 2);
        loader.last().fails("down");
        assertThat(cluster.await(call).failure()).isEqualTo(FailureKind.ORIGIN);
    }
}
