package dev.shortwire.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `/internal/cache/{key}?group=G` over a real socket.
final class OwnerApiTest {
    private final ApiFixture api = new ApiFixture(ApiFixture.SETTINGS);

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void readsAndWritesTheKeysThatTheNodeOwns() {
        String target = "/internal/cache/" + api.key("notes", true) + "?group=notes";
        ApiFixture.Got put = api.send("PUT", target + "&ttl=30s", "one".getBytes(UTF_8), "Content-Type", "text/plain");
        assertThat(put.status()).isEqualTo(204);
        ApiFixture.Got got = api.get(target);
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.text()).isEqualTo("one");
        assertThat(got.header("Content-Type")).isEqualTo("text/plain");
        assertThat(got.header("Shortwire-Source")).isEqualTo("own");
        assertThat(got.header("Shortwire-Version")).isEqualTo(put.header("Shortwire-Version"));
        assertThat(got.header("Shortwire-Epoch")).isEqualTo(put.header("Shortwire-Epoch"));
        assertThat(got.header("Shortwire-Owner")).isEqualTo(api.node().name());
        assertThat(api.send("DELETE", target, null).status()).isEqualTo(204);
        assertThat(api.get(target).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE"})
    void sendsOneWhoAsksTheWrongNodeToTheOwner(String method) {
        String key = api.key("notes", false);
        ApiFixture.Got got = api.send(method, "/internal/cache/" + key + "?group=notes", null);
        assertThat(got.status()).isEqualTo(421);
        assertThat(got.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(got.json().get("kind").asString()).isEqualTo("not-owner");
        assertThat(got.header("Shortwire-Owner")).isEqualTo(api.node().route("notes", key).owner());
        assertThat(got.header("Shortwire-Epoch")).isEqualTo(Long.toString(api.node().view().epoch()));
        assertThat(api.get("/api/v1/groups/notes/keys/" + key).status()).isEqualTo(404);
    }

    @Test
    void takesTheDefaultGroupAndKeysWithSlashes() {
        int found = 0;
        for (int i = 0; found == 0; i++) {
            String key = "a/" + i;
            if (api.node().route("scores", key).owner().equals(api.node().name())) {
                String target = "/internal/cache/a%2F" + i;
                assertThat(api.send("PUT", target, "x".getBytes(UTF_8)).status()).isEqualTo(204);
                assertThat(api.get(target).text()).isEqualTo("x");
                assertThat(api.get("/internal/cache/a/" + i).status()).isEqualTo(400);
                found++;
            }
        }
    }

    @Test
    void answersBadRequestsAsTheOtherPathsDo() {
        assertThat(api.get("/internal/cache/?group=notes").status()).isEqualTo(400);
        assertThat(api.get("/internal/cache/a?group=nobody").status()).isEqualTo(404);
        assertThat(api.get("/internal/cache/a?group=notes&color=red").status()).isEqualTo(400);
        assertThat(api.raw("GET /internal/cache/%zz?group=notes HTTP/1.1").status()).isEqualTo(400);
        assertThat(api.get("/internal/cache").status()).isEqualTo(404);
        ApiFixture.Got post = api.send("POST", "/internal/cache/a?group=notes", null);
        assertThat(post.status()).isEqualTo(405);
        assertThat(post.header("Allow")).isEqualTo("GET, HEAD, PUT, DELETE");
    }
}
