package dev.shortwire.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.Bytes;
import dev.shortwire.http.Percent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `/api?key=K[&group=G]` over a real socket.
final class PlainApiTest {
    private final ApiFixture api = new ApiFixture(ApiFixture.SETTINGS);

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void givesTheBytesOfTheDefaultGroupAndNothingElse() {
        ApiFixture.Got got = api.get("/api?key=Tom");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.text()).isEqualTo("630");
        assertThat(got.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(got.header("Content-Length")).isEqualTo("3");
        assertThat(got.header("Shortwire-Source")).isEqualTo("loader");
        assertThat(got.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(got.header("Cache-Control")).isEqualTo("no-store");
        assertThat(api.get("/api?key=Tom").header("Shortwire-Source")).isIn("own", "peer");
    }

    @Test
    void givesOctetsWhateverMediaTypeWasStored() {
        api.node().raw("notes").put("page", Bytes.utf8("<script>"), "text/html", null);
        ApiFixture.Got got = api.get("/api?group=notes&key=page");
        assertThat(got.text()).isEqualTo("<script>");
        assertThat(got.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(got.header("Content-Security-Policy")).contains("default-src 'none'", "sandbox");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kkk", "没有", "a b", "<b>", "%", "😀"})
    void saysInTextThatAKeyDoesNotExist(String key) {
        ApiFixture.Got got = api.get("/api?key=" + Percent.encode(key));
        assertThat(got.status()).isEqualTo(404);
        assertThat(got.text()).isEqualTo(key + " not exist");
        assertThat(got.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/api?", "/api?key", "/api?key=", "/api?group=scores", "/api?key=a&key=b",
        "/api?key=Tom&group=", "/api?key=Tom&group=scores&group=notes"})
    void refusesARequestWithoutOneKey(String target) {
        ApiFixture.Got got = api.get(target);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.text()).isNotBlank().doesNotContain("\n");
        assertThat(got.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api?key=%", "/api?key=%4", "/api?key=%zz", "/api?key=%ff", "/api?key=%c3",
        "/api?key=%ed%a0%80", "/api?key=a%c0%80", "/api?%zz=1&key=Tom"})
    void refusesMalformedEscapesAndOtherCharactersThanUtf8(String target) {
        assertThat(api.raw("GET " + target + " HTTP/1.1").status()).isEqualTo(400);
    }

    @Test
    void understandsRawUtf8ThatSomeClientsSend() {
        api.node().raw("notes").put("键", Bytes.utf8("值"), "text/plain", null);
        String rawKey = new String("键".getBytes(UTF_8), java.nio.charset.StandardCharsets.ISO_8859_1);
        ApiFixture.Got got = api.raw("GET /api?group=notes&key=" + rawKey + " HTTP/1.1");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.text()).isEqualTo("值");
    }

    @Test
    void answersForAnUnknownGroupInText() {
        ApiFixture.Got got = api.get("/api?key=Tom&group=nobody");
        assertThat(got.status()).isEqualTo(404);
        assertThat(got.text()).contains("nobody");
        assertThat(got.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    }

    @Test
    void answersHeadWithTheHeadersAlone() {
        assertThat(api.get("/api?key=Tom").status()).isEqualTo(200);
        ApiFixture.Got got = api.raw("HEAD /api?key=Tom HTTP/1.1");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body()).isEmpty();
        assertThat(got.header("Content-Length")).isEqualTo("3");
        assertThat(api.raw("HEAD /api?key=kkk HTTP/1.1").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void refusesOtherMethodsAndNamesItsOwn(String method) {
        ApiFixture.Got got = api.send(method, "/api?key=Tom", null);
        assertThat(got.status()).isEqualTo(405);
        assertThat(got.header("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        assertThat(api.get("/api?key=" + "k".repeat(64 * 1024)).status()).isEqualTo(404);
        assertThat(api.get("/api?key=" + "k".repeat(64 * 1024 + 1)).status()).isEqualTo(414);
        assertThat(api.get("/api?key=" + "%E9%94%AE".repeat(64 * 1024 / 3)).status()).isEqualTo(404);
        assertThat(api.get("/api?key=" + "%E9%94%AE".repeat(64 * 1024 / 3 + 1)).status()).isEqualTo(414);
    }

    @Test
    void givesTheReasonOfAnOriginThatFails() {
        ApiFixture.Got got = api.get("/api?key=boom");
        assertThat(got.status()).isEqualTo(502);
        assertThat(got.text()).contains("the database is down").doesNotContain("\tat ");
        assertThat(api.get("/api?key=Tom").text()).isEqualTo("630");
    }

    @Test
    void endsAtTheDeadline() {
        try (ApiFixture hasty = new ApiFixture(ApiFixture.SETTINGS.withTimeout(Duration.ofMillis(50)))) {
            assertThat(hasty.get("/api?key=slow").status()).isEqualTo(504);
        }
    }

    @Test
    void needsAGroupWhereThereIsNoDefault() {
        try (ApiFixture bare = new ApiFixture(ApiFixture.SETTINGS.withDefaultGroup(""))) {
            assertThat(bare.get("/api?key=Tom").status()).isEqualTo(400);
            assertThat(bare.get("/api?group=scores&key=Tom").text()).isEqualTo("630");
        }
    }

    @Test
    void ignoresParametersThatItDoesNotKnow() {
        assertThat(api.get("/api?key=Tom&color=red").text()).isEqualTo("630");
    }
}
