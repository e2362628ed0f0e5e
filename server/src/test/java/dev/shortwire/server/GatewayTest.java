package dev.shortwire.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The API of a process that owns no keys.
final class GatewayTest {
    private final ApiFixture api = new ApiFixture(ApiFixture.SETTINGS, true, Duration.ofSeconds(20));

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void readsAndWritesAtTheOwners() {
        ApiFixture.Got first = api.get("/api?key=Tom");
        assertThat(first.text()).isEqualTo("630");
        assertThat(first.header("Shortwire-Source")).isEqualTo("loader");
        assertThat(first.header("Shortwire-Owner")).startsWith("node-");
        assertThat(api.get("/api?key=Tom").header("Shortwire-Source")).isEqualTo("peer");
        String target = "/api/v1/groups/notes/keys/a";
        assertThat(api.send("PUT", target, "x".getBytes(UTF_8)).status()).isEqualTo(204);
        assertThat(api.get(target).text()).isEqualTo("x");
    }

    @Test
    void isNeverTheOwner() {
        ApiFixture.Got got = api.get("/internal/cache/Tom");
        assertThat(got.status()).as(got.text()).isEqualTo(421);
        assertThat(got.header("Shortwire-Owner")).isEqualTo(api.node().route("scores", "Tom").owner());
        assertThat(api.send("PUT", "/internal/cache/Tom", new byte[1]).status()).isEqualTo(421);
    }

    @Test
    void isReadyAndCountsItselfWithoutBeingAMember() {
        api.get("/api?key=Tom");
        assertThat(api.get("/readyz").status()).isEqualTo(200);
        assertThat(api.get("/api/v1/members").json().get("members").size()).isEqualTo(3);
        assertThat(api.get("/api/v1/cluster").json().get("isMember").asBoolean()).isFalse();
        JsonNode scores = api.get("/api/v1/stats").json().get("groups").get(1);
        assertThat(scores.get("nodes").propertyNames()).containsExactly("gateway", "node-1", "node-2", "node-3");
        assertThat(scores.get("nodes").get("gateway").get("gets").asLong()).isEqualTo(1);
        assertThat(scores.get("total").get("localLoads").asLong()).isEqualTo(1);
    }
}
