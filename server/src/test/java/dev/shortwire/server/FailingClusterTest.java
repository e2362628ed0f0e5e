package dev.shortwire.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Node;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The API while a member of the view can't be reached by any wire, and when values outlive their time.
final class FailingClusterTest {
    private final ApiFixture api = new ApiFixture(ApiFixture.SETTINGS.withTimeout(Duration.ofSeconds(2)), false,
            Duration.ofMillis(300));

    @BeforeEach
    void addAMemberThatNobodyCanReach() {
        api.addGhost("ghost");
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void marksAnAnswerThatAFallbackGave() {
        String key = api.keyOf("scores", "ghost");
        api.scores.put(key, "1");
        ApiFixture.Got got = api.get("/api/v1/groups/scores/keys/" + key);
        assertThat(got.status()).as(got.text()).isEqualTo(200);
        assertThat(got.text()).isEqualTo("1");
        assertThat(got.header("Shortwire-Degraded")).isEqualTo("true");
        assertThat(got.header("Shortwire-Owner")).isEqualTo("ghost");
        assertThat(api.get("/api?key=" + key).header("Shortwire-Degraded")).isEqualTo("true");
    }

    @Test
    void saysWhenToRepeatWhatOnlyTheOwnerCanDo() {
        String target = "/api/v1/groups/notes/keys/" + api.keyOf("notes", "ghost");
        ApiFixture.Got put = api.send("PUT", target, "x".getBytes(UTF_8));
        assertThat(put.status()).as(put.text()).isEqualTo(503);
        assertThat(put.json().get("kind").asString()).isEqualTo("unreachable");
        assertThat(put.header("Retry-After")).isEqualTo("1");
        assertThat(api.get(target).status()).isEqualTo(503);
        assertThat(api.send("DELETE", target, null).status()).isEqualTo(503);
    }

    @Test
    void isNotReadyAndNamesTheSilentMember() {
        ApiFixture.Got ready = api.get("/readyz");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.json().get("silent").get(0).asString()).isEqualTo("ghost");
        JsonNode stats = api.get("/api/v1/stats").json();
        assertThat(stats.get("silent").get(0).asString()).isEqualTo("ghost");
        assertThat(stats.get("groups").get(0).get("nodes").size()).isEqualTo(3);
        JsonNode members = api.get("/api/v1/members").json().get("members");
        assertThat(members.get(0).get("name").asString()).isEqualTo("ghost");
        assertThat(members.get(0).get("state").asString()).isIn("connecting", "unreachable");
        assertThat(members.get(0).get("wire").asString()).isEmpty();
        assertThat(api.get("/api/v1/ring?group=notes&key=" + api.keyOf("notes", "ghost")).json().get("how").asString())
                .isEqualTo("none");
    }

    @Test
    void marksAValueThatIsServedAfterItsTime() {
        Node node = api.node();
        assertThat(node.raw("scores").options().staleIfError()).isPositive();
        String target = "/api/v1/groups/scores/keys/" + api.failingKey();
        assertThat(api.send("PUT", target + "?ttl=1ms", "old".getBytes(UTF_8)).status()).isEqualTo(204);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            ApiFixture.Got got = api.get(target);
            assertThat(got.text()).isEqualTo("old");
            assertThat(got.header("Shortwire-Stale")).isEqualTo("true");
        });
    }
}
