package dev.shortwire.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.Node;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Members, ring, statistics, groups and health over a real socket.
final class ClusterApiTest {
    private final ApiFixture api = new ApiFixture(ApiFixture.SETTINGS.withRegistry("static:a,b"));

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void listsTheMembersOfTheView() {
        ApiFixture.Got got = api.get("/api/v1/members");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.header("Content-Type")).isEqualTo("application/json");
        JsonNode members = got.json();
        Node.ClusterView view = api.node().view();
        assertThat(members.get("epoch").asLong()).isEqualTo(view.epoch());
        assertThat(members.get("members").size()).isEqualTo(3);
        JsonNode first = members.get("members").get(0);
        assertThat(first.propertyNames()).containsExactly("name", "address", "pid", "state", "wire", "incarnation");
        assertThat(first.get("name").asString()).isEqualTo(view.members().getFirst().name());
        assertThat(first.get("state").asString()).isEqualTo(view.members().getFirst().state());
        assertThat(HexFormat.fromHexDigitsToLong(first.get("incarnation").asString()))
                .isEqualTo(view.members().getFirst().incarnation());
    }

    @Test
    void saysWhoOwnsAKeyAndHowTheAnswerWouldTravel() {
        String own = api.key("scores", true);
        JsonNode ring = api.get("/api/v1/ring?group=scores&key=" + own).json();
        assertThat(ring.get("key").asString()).isEqualTo(own);
        assertThat(ring.get("owner").asString()).isEqualTo(api.node().name());
        assertThat(ring.get("epoch").asLong()).isEqualTo(api.node().view().epoch());
        assertThat(ring.get("how").asString()).isEqualTo("own");
        String peers = api.key("scores", false);
        assertThat(api.get("/api/v1/ring?key=" + peers).json().get("how").asString()).isEqualTo("in-process");
    }

    @Test
    void saysHowEachPeerIsReachedAndWhy() {
        JsonNode links = api.get("/api/v1/links").json();
        assertThat(links.get("node").asString()).isEqualTo(api.node().name());
        String peer = links.get("links").get(0).get("peer").asString();
        JsonNode one = api.get("/api/v1/links?peer=" + peer).json().get("links");
        assertThat(one.size()).isEqualTo(1);
        assertThat(one.get(0).get("wire").asString()).isEqualTo("in-process");
        assertThat(one.get(0).get("candidates").get(0).get("state").asString()).isEqualTo("chosen");
        assertThat(one.get(0).get("history").get(0).get("reason").asString()).isEqualTo("first link");
        ApiFixture.Got unknown = api.get("/api/v1/links?peer=nobody");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.text()).contains("nobody").contains(peer);
    }

    @Test
    void refusesBadQuestionsAboutTheRing() {
        assertThat(api.get("/api/v1/ring?group=scores").status()).isEqualTo(400);
        assertThat(api.get("/api/v1/ring?group=scores&key=").status()).isEqualTo(400);
        assertThat(api.get("/api/v1/ring?group=nobody&key=a").status()).isEqualTo(404);
        assertThat(api.get("/api/v1/ring?group=scores&kee=a").status()).isEqualTo(400);
    }

    @Test
    void sumsTheStatisticsOfAllNodes() {
        api.get("/api?key=Tom");
        api.get("/api?key=Tom");
        api.get("/api?key=Jack");
        JsonNode stats = api.get("/api/v1/stats").json();
        assertThat(stats.get("silent").size()).isZero();
        JsonNode scores = StreamSupport.stream(stats.get("groups").spliterator(), false)
                .filter(group -> group.get("name").asString().equals("scores")).findFirst().orElseThrow();
        assertThat(scores.get("total").get("gets").asLong()).isEqualTo(3);
        assertThat(scores.get("total").get("localLoads").asLong()).isEqualTo(2);
        assertThat(scores.get("total").get("entries").asLong()).isEqualTo(2);
        assertThat(scores.get("nodes").propertyNames()).containsExactlyElementsOf(
                api.nodes.stream().map(Node::name).toList());
        assertThat(scores.get("nodes").get(api.node().name()).get("gets").asLong()).isEqualTo(3);
    }

    @Test
    void listsTheGroups() {
        JsonNode groups = api.get("/api/v1/groups").json().get("groups");
        assertThat(groups.size()).isEqualTo(2);
        assertThat(groups.get(0).get("name").asString()).isEqualTo("notes");
        assertThat(groups.get(1).get("name").asString()).isEqualTo("scores");
        assertThat(groups.get(1).get("hasLoader").asBoolean()).isTrue();
        assertThat(groups.get(1).get("level").asString()).isEqualTo("owner");
    }

    @Test
    void tellsAJoiningNodeWhereTheRegistryIs() {
        JsonNode cluster = api.get("/api/v1/cluster").json();
        assertThat(cluster.get("cluster").asString()).isEqualTo(api.node().cluster());
        assertThat(cluster.get("registry").asString()).isEqualTo("static:a,b");
        assertThat(cluster.get("node").asString()).isEqualTo(api.node().name());
    }

    @Test
    void isReadyWhenAllThatWereAskedForHaveOneView() {
        ApiFixture.Got got = api.get("/readyz");
        assertThat(got.status()).as(got.text()).isEqualTo(200);
        assertThat(got.json().get("ready").asBoolean()).isTrue();
        assertThat(got.json().get("expected").asInt()).isEqualTo(got.json().get("members").size());
        assertThat(api.get("/livez").text()).isEqualTo("ok");
    }

    @Test
    void isNotReadyWhileMembersAreMissing() {
        try (ApiFixture wantsFour = new ApiFixture(ApiFixture.SETTINGS.withExpectedMembers(4))) {
            ApiFixture.Got got = wantsFour.get("/readyz");
            assertThat(got.status()).isEqualTo(503);
            assertThat(got.header("Retry-After")).isEqualTo("1");
            assertThat(got.json().get("ready").asBoolean()).isFalse();
            assertThat(got.json().get("missing").asInt()).isEqualTo(1);
            assertThat(wantsFour.get("/livez").status()).isEqualTo(200);
        }
    }

    @Test
    void namesTheMembersThatKeepTheClusterFromBeingReady() {
        List<String> members = List.of("a", "b", "c");
        assertThat(Readiness.of(7, members, Map.of("a", 7L, "b", 7L, "c", 7L), 3).ready()).isTrue();
        assertThat(Readiness.of(7, members, Map.of("a", 7L, "b", 7L, "c", 7L), 0).ready()).isTrue();
        assertThat(Readiness.of(0, List.of(), Map.of(), 0))
                .isEqualTo(new Readiness(false, 1, 0, List.of(), 1, Map.of(), List.of()));
        assertThat(Readiness.of(7, members, Map.of("a", 7L, "b", 6L, "c", 8L), 3))
                .isEqualTo(new Readiness(false, 3, 7, members, 0, Map.of("b", 6L, "c", 8L), List.of()));
        assertThat(Readiness.of(7, members, Map.of("a", 7L, "b", 7L), 5))
                .isEqualTo(new Readiness(false, 5, 7, members, 2, Map.of(), List.of("c")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/v1/members", "/api/v1/ring", "/api/v1/stats", "/api/v1/groups", "/api/v1/links",
        "/api/v1/cluster", "/livez", "/readyz", "/assets/page.js"})
    void onlyReadsAreServed(String path) {
        ApiFixture.Got got = api.send("POST", path, new byte[10]);
        assertThat(got.status()).isEqualTo(405);
        assertThat(got.header("Allow")).isEqualTo("GET, HEAD");
        assertThat(got.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nope", "/api/", "/api/v2", "/api/v1", "/api/v1/groups/scores",
        "/api/v1/groups/scores/keys",
        "/assets/", "/assets/page.html", "/assets/../page.html", "/assets/%2e%2e/page.html", "/apis", "//"})
    void nothingElseIsServed(String path) {
        ApiFixture.Got got = api.raw("GET " + path + " HTTP/1.1");
        assertThat(got.status()).isEqualTo(404);
        assertThat(got.header("Content-Type")).isEqualTo("application/problem+json");
    }
}
