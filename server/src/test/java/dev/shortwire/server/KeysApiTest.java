package dev.shortwire.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import dev.shortwire.http.Percent;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `/api/v1/groups/{group}/keys/{key}` over a real socket.
final class KeysApiTest {
    private static final String NOTES = "/api/v1/groups/notes/keys/";
    private static final String SCORES = "/api/v1/groups/scores/keys/";

    private final ApiFixture api = new ApiFixture(ApiFixture.SETTINGS);

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void givesBackWhatWasPutWithItsMediaTypeAndVersion() {
        ApiFixture.Got put = api.send("PUT", NOTES + "a", "one".getBytes(UTF_8), "Content-Type",
                "text/plain; charset=utf-8");
        assertThat(put.status()).isEqualTo(204);
        assertThat(put.body()).isEmpty();
        assertThat(put.header("Shortwire-Version")).matches("[0-9]+\\.[0-9]+");
        assertThat(put.header("Shortwire-Owner")).isEqualTo(api.node().route("notes", "a").owner());

        ApiFixture.Got got = api.get(NOTES + "a");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.text()).isEqualTo("one");
        assertThat(got.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(got.header("Shortwire-Version")).isEqualTo(put.header("Shortwire-Version"));
        assertThat(got.header("Shortwire-Epoch")).isEqualTo(put.header("Shortwire-Epoch"));
        assertThat(got.header("Shortwire-Owner")).isEqualTo(put.header("Shortwire-Owner"));
        assertThat(got.header("Shortwire-Stale")).isNull();
        assertThat(got.header("Shortwire-Degraded")).isNull();
    }

    @Test
    void saysWhereAnAnswerCameFrom() {
        String own = api.key("notes", true);
        String peers = api.key("notes", false);
        api.send("PUT", NOTES + own, new byte[1]);
        api.send("PUT", NOTES + peers, new byte[1]);
        assertThat(api.get(NOTES + own).header("Shortwire-Source")).isEqualTo("own");
        assertThat(api.get(NOTES + peers).header("Shortwire-Source")).isEqualTo("peer");
        assertThat(api.get(SCORES + "Jack").header("Shortwire-Source")).isEqualTo("loader");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "/", "../x", "a b", "a+b", "a%2Fb", "键", "😀", "é", "é", "?&=#", "\0", "\r\n",
        "<script>alert(1)</script>", "\"'\\"})
    void takesAnyTextForAKey(String key) {
        String target = NOTES + Percent.encode(key);
        assertThat(api.send("PUT", target, key.getBytes(UTF_8)).status()).isEqualTo(204);
        assertThat(api.get(target).text()).isEqualTo(key);
        Bytes stored = api.node().raw("notes").ask(key, ApiFixture.SETTINGS.timeout()).value();
        assertThat(stored).isEqualTo(Bytes.utf8(key));
        assertThat(api.send("DELETE", target, null).status()).isEqualTo(204);
        assertThat(api.get(target).status()).isEqualTo(404);
    }

    @Test
    void takesAPlusInAPathForAPlus() {
        api.send("PUT", NOTES + "a+b", "plus".getBytes(UTF_8));
        assertThat(api.get(NOTES + "a%2Bb").text()).isEqualTo("plus");
    }

    @Test
    void tellsAnEmptyValueFromNone() {
        assertThat(api.send("PUT", NOTES + "empty", new byte[0]).status()).isEqualTo(204);
        ApiFixture.Got got = api.get(NOTES + "empty");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body()).isEmpty();
        assertThat(got.header("Content-Length")).isEqualTo("0");
        assertThat(got.header("Content-Type")).isEqualTo("application/octet-stream");
    }

    @Test
    void keepsEveryByte() {
        byte[] value = new byte[100_000];
        new Random(1).nextBytes(value);
        api.send("PUT", NOTES + "bytes", value);
        assertThat(api.get(NOTES + "bytes").body()).isEqualTo(value);
    }

    @Test
    void removesAndSaysUnderWhichVersion() {
        api.send("PUT", NOTES + "gone", new byte[1]);
        ApiFixture.Got removed = api.send("DELETE", NOTES + "gone", null);
        assertThat(removed.status()).isEqualTo(204);
        assertThat(removed.header("Shortwire-Version")).matches("[0-9]+\\.[0-9]+");
        assertThat(api.get(NOTES + "gone").status()).isEqualTo(404);
        assertThat(api.send("DELETE", NOTES + "gone", null).status()).isEqualTo(204);
    }

    @Test
    void answersHeadWithTheHeadersAlone() {
        api.send("PUT", NOTES + "a", "four".getBytes(UTF_8), "Content-Type", "text/css");
        ApiFixture.Got got = api.raw("HEAD " + NOTES + "a HTTP/1.1");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body()).isEmpty();
        assertThat(got.header("Content-Length")).isEqualTo("4");
        assertThat(got.header("Content-Type")).isEqualTo("text/css");
        assertThat(got.header("Shortwire-Version")).isNotNull();
    }

    @Test
    void neverLetsAStoredPageRunInABrowser() {
        api.send("PUT", NOTES + "page", "<script>alert(1)</script>".getBytes(UTF_8), "Content-Type", "text/html");
        ApiFixture.Got got = api.get(NOTES + "page");
        assertThat(got.header("Content-Type")).isEqualTo("text/html");
        assertThat(got.header("Content-Security-Policy")).contains("default-src 'none'", "sandbox");
        assertThat(got.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void saysAsAProblemThatAKeyHasNoValue() {
        ApiFixture.Got got = api.get(SCORES + "kkk");
        assertProblem(got, 404, "absent");
        assertThat(got.json().get("detail").asString()).isEqualTo("kkk not exist");
        assertThat(got.header("Shortwire-Owner")).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"1ms", "30s", "5m", "2h", "365d", "000030s", "forever"})
    void takesATimeToLive(String ttl) {
        assertThat(api.send("PUT", NOTES + "a?ttl=" + ttl, new byte[1]).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "-1s", "0s", "1.5s", "1w", "1S", "30%20s", "36501d", "999999999999d",
        "99999999999999999999s", "30s&ttl=30s"})
    void refusesABadTimeToLive(String ttl) {
        assertProblem(api.send("PUT", NOTES + "a?ttl=" + ttl, new byte[1]), 400, "bad-request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0ms", "61s", "1", "soon"})
    void refusesABadTimeout(String timeout) {
        assertProblem(api.get(NOTES + "a?timeout=" + timeout), 400, "bad-request");
    }

    @Test
    void refusesParametersThatItDoesNotKnow() {
        assertProblem(api.send("PUT", NOTES + "a?tll=30s", new byte[1]), 400, "bad-request");
        assertProblem(api.get(NOTES + "a?ttl=30s"), 400, "bad-request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%2", "%zz", "%ff", "%c3%28", "a/b", ""})
    void refusesKeysThatAreMalformedOrEmpty(String rawKey) {
        assertProblem(api.raw("GET " + NOTES + rawKey + " HTTP/1.1"), 400, "bad-request");
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        assertProblem(api.get(NOTES + "k".repeat(Limits.MAX_KEY_BYTES + 1)), 414, "too-large");
        assertThat(api.raw("GET " + NOTES + "%41".repeat(Limits.MAX_KEY_BYTES) + " HTTP/1.1").status()).isEqualTo(404);
        assertThat(api.raw("GET " + NOTES + "k".repeat(4 * Limits.MAX_KEY_BYTES) + " HTTP/1.1").status())
                .isEqualTo(414);
    }

    @Test
    void refusesAValueThatIsTooLargeAndTakesTheLargest() {
        assertProblem(api.send("PUT", NOTES + "big", new byte[Limits.MAX_VALUE_BYTES + 1]), 413, "too-large");
        assertThat(api.send("PUT", NOTES + "big", new byte[Limits.MAX_VALUE_BYTES]).status()).isEqualTo(204);
        assertThat(api.get(NOTES + "big").body()).hasSize(Limits.MAX_VALUE_BYTES);
        ApiFixture.Got huge = api.raw("PUT " + NOTES + "big HTTP/1.1", "Content-Length: 99999999999");
        assertProblem(huge, 413, "too-large");
        assertThat(huge.json().get("detail").asString()).contains("16777216");
    }

    @Test
    void refusesAMediaTypeThatCannotBeStored() {
        assertProblem(api.send("PUT", NOTES + "a", new byte[1], "Content-Type", "t".repeat(256)), 400, "bad-request");
        assertThat(api.send("PUT", NOTES + "a", new byte[1], "Content-Type", "t".repeat(255)).status())
                .isEqualTo(204);
        assertProblem(api.raw("PUT " + NOTES + "a HTTP/1.1", "Content-Type: text/é", "Content-Length: 0"), 400,
                "bad-request");
        assertProblem(api.raw("PUT " + NOTES + "a HTTP/1.1", "Content-Type: a/b", "Content-Type: c/d",
                "Content-Length: 0"), 400, "bad-request");
    }

    @Test
    void answersForAnUnknownGroup() {
        assertProblem(api.get("/api/v1/groups/nobody/keys/a"), 404, "unknown-group");
        assertProblem(api.send("PUT", "/api/v1/groups/nobody/keys/a", new byte[1]), 404, "unknown-group");
    }

    @Test
    void refusesOtherMethodsAndNamesItsOwn() {
        ApiFixture.Got got = api.send("POST", NOTES + "a", new byte[1]);
        assertProblem(got, 405, "method-not-allowed");
        assertThat(got.header("Allow")).isEqualTo("GET, HEAD, PUT, DELETE");
    }

    @Test
    void givesTheReasonOfAnOriginThatFailsAndGoesOn() {
        ApiFixture.Got got = api.get(SCORES + "boom");
        assertProblem(got, 502, "origin");
        assertThat(got.json().get("detail").asString()).contains("the database is down");
        assertThat(got.text()).doesNotContain("\tat ").doesNotContain("dev.shortwire.server");
        assertThat(api.get(SCORES + "Sam").text()).isEqualTo("567");
    }

    @Test
    void answersOthersWhileManyWaitForALoad() throws InterruptedException {
        List<CompletableFuture<ApiFixture.Got>> waiting = IntStream.range(0, 30)
                .mapToObj(i -> api.getLater(SCORES + "slow?timeout=20s")).toList();
        api.awaitSlowLoad();
        for (int i = 0; i < 30; i++) {
            assertThat(api.get(SCORES + "Tom").text()).isEqualTo("630");
        }
        api.endSlowLoads();
        assertThat(waiting).allSatisfy(got -> assertThat(got.get(60, TimeUnit.SECONDS).status()).isEqualTo(404));
        assertThat(api.slowLoads()).isEqualTo(1);
    }

    @Test
    void endsAtTheTimeoutOfTheRequest() {
        assertProblem(api.get(SCORES + "slow?timeout=50ms"), 504, "deadline");
        assertThat(api.get(SCORES + "Tom").text()).isEqualTo("630");
    }

    private static void assertProblem(ApiFixture.Got got, int status, String kind) {
        assertThat(got.status()).as(got.text()).isEqualTo(status);
        assertThat(got.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(got.json().get("status").asInt()).isEqualTo(status);
        assertThat(got.json().get("kind").asString()).isEqualTo(kind);
        assertThat(got.json().get("type").asString()).endsWith("/" + kind);
        assertThat(got.json().get("title").asString()).isNotBlank();
        assertThat(got.json().get("detail").asString()).isNotBlank();
    }
}
