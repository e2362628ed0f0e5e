package dev.shortwire.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The page, and what protects a person whose browser can reach the API.
final class BrowserTest {
    private static final String TARGET = "/api/v1/groups/notes/keys/a";
    private static final String HOSTILE = "\"><img src=x onerror=alert(1)>'&";

    private final ApiFixture api = new ApiFixture(ApiFixture.SETTINGS.withSamples(
            List.of(new ApiSettings.Sample("scores", "Tom"), new ApiSettings.Sample("notes", HOSTILE))));

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void thePageIsSelfContained() {
        ApiFixture.Got page = api.get("/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'; script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.text()).contains(api.node().cluster(), "<option>scores</option><option>notes</option>",
                "href=\"/api?key=Tom\"").doesNotContain("{{", "http://", "https://", "style=", "onclick");
        Pattern.compile("(?:src|href)=\"(/assets/[^\"]*)\"").matcher(page.text()).results()
                .forEach(file -> assertThat(api.get(file.group(1)).status()).as(file.group(1)).isEqualTo(200));
        assertThat(api.get("/assets/page.js").header("Content-Type")).startsWith("text/javascript");
        assertThat(api.get("/assets/page.css").header("Content-Type")).startsWith("text/css");
    }

    @Test
    void aHostileKeyIsTextOnThePage() {
        String page = api.get("/").text();
        assertThat(page).doesNotContain("<img src=x", HOSTILE).contains("%3Cimg%20src%3Dx");
        assertThat(api.get("/assets/page.js").text()).doesNotContain("innerHTML", "outerHTML", "insertAdjacent",
                "document.write", "eval(");
        assertThat(Page.escaped("<a href=\"x\">'&")).isEqualTo("&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "Cross-Site", ""})
    void anotherSiteCanChangeNothing(String site) {
        for (String method : List.of("PUT", "DELETE", "POST")) {
            ApiFixture.Got got = api.send(method, TARGET, new byte[0], "Sec-Fetch-Site", site);
            assertThat(got.status()).isEqualTo(403);
            assertThat(got.json().get("kind").asString()).isEqualTo("forbidden");
        }
        assertThat(api.get(TARGET).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "http://evil.example", "http://localhost", "http://localhost:1",
        "http://evil.example:80@localhost"})
    void anotherOriginCanChangeNothing(String origin) {
        assertThat(api.send("PUT", TARGET, new byte[0], "Origin", origin).status()).isEqualTo(403);
        assertThat(api.get(TARGET).status()).isEqualTo(404);
    }

    @Test
    void theOwnPageAndProgramsMayWrite() {
        String origin = "http://127.0.0.1:" + api.port;
        assertThat(api.send("PUT", TARGET, new byte[0]).status()).isEqualTo(204);
        assertThat(api.send("PUT", TARGET, new byte[0], "Origin", origin).status()).isEqualTo(204);
        assertThat(api.send("PUT", TARGET, new byte[0], "Sec-Fetch-Site", "same-origin", "Origin", origin).status())
                .isEqualTo(204);
        assertThat(api.send("GET", TARGET, null, "Sec-Fetch-Site", "cross-site").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"Access-Control-Allow-Origin,false", "Cross-Origin-Resource-Policy,true", "Referrer-Policy,true"})
    void noOtherSiteMayReadAnAnswer(String header, boolean isSent) {
        assertThat(api.get("/api/v1/members").header(header) != null).isEqualTo(isSent);
        assertThat(api.get("/api?key=Tom").header(header) != null).isEqualTo(isSent);
    }
}
