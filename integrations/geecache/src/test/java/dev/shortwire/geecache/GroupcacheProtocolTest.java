package dev.shortwire.geecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.Bytes;
import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.ShortwireException;
import dev.shortwire.http.HttpResponse;
import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.spi.HostPort;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// groupcache's protocol, at both ends. That Go's programs speak it the same way is for the integration test.
final class GroupcacheProtocolTest {
    private static final HttpPoolOptions OPTIONS = HttpPoolOptions.GROUPCACHE.withTimeout(RunningPool.LONG);

    @Test
    void answersAValueAsAMessage() throws Exception {
        try (RunningPool node = new RunningPool("scores", key -> "630".getBytes(UTF_8), OPTIONS)) {
            assertThat(node.pool.basePath()).isEqualTo("/_groupcache/");
            for (int i = 0; i < 2; i++) {
                var answer = node.ask("GET", "scores/Tom");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("\n\u0003630");
                assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-protobuf");
            }
            assertThat(node.loaded).containsExactly("Tom");
        }
    }

    @Test
    void nodesOfOnePoolShareWhatTheyLoad() {
        try (RunningPool a = new RunningPool("scores", null, OPTIONS);
                RunningPool b = new RunningPool("scores", null, OPTIONS)) {
            RunningPool.join(a, b);
            for (String key : List.of("a b", "a+b", "a/b", "100%", "%2F", "汤姆", "😀", "a?b#c&d=e", "//", "..", "a/../b",
                    "x".repeat(65_536))) {
                assertThat(a.group.get(key)).isEqualTo(b.group.get(key));
                assertThat(a.loaded.contains(key) ^ b.loaded.contains(key)).as(key).isTrue();
            }
            assertThat(a.group.stats().peerErrors() + b.group.stats().peerErrors()).isZero();
        }
    }

    @Test
    void carriesEmptyAndLongestValuesAndAbsence() {
        byte[] longest = new byte[16 << 20];
        Getter getter = key -> key.startsWith("empty") ? new byte[0] : key.startsWith("longest") ? longest : null;
        try (RunningPool a = new RunningPool("scores", getter, OPTIONS);
                RunningPool b = new RunningPool("scores", getter, OPTIONS)) {
            RunningPool.join(a, b);
            assertThat(a.group.get(a.keyOfPeer("empty")).len()).isZero();
            assertThat(a.group.get(a.keyOfPeer("longest")).len()).isEqualTo(longest.length);
            assertThatThrownBy(() -> a.group.get(a.keyOfPeer("nothing"))).isInstanceOf(KeyNotFoundException.class);
            assertThat(a.loaded).isEmpty();
            assertThat(b.loaded).hasSize(3);
        }
    }

    @Test
    void asksBelowThePathOfThePeersUrlAndAtTheBasePathGiven() {
        HttpPoolOptions options = OPTIONS.withBasePath("/cache/");
        Answers answers = new Answers(
                HttpResponse.of(200, "application/x-protobuf", GetResponse.encode(Bytes.utf8("v"))));
        try (answers; HttpPool pool = new HttpPool("http://localhost:8001/team", options)) {
            assertThat(pool.basePath()).isEqualTo("/team/cache/");
            pool.set(answers.url + "/other/team");

            assertThat(pool.pickPeer("x").orElseThrow().get("my scores", "a b+c/汤")).isEqualTo("v".getBytes(UTF_8));
            assertThat(answers.targets).containsExactly("/other/team/cache/my%20scores/a%20b%2Bc%2F%E6%B1%A4");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"630", "\n", "\n\u0004630", "<html>"})
    void takesWhatIsNoMessageForAFailureAndLoadsHere(String body) {
        Answers answers = new Answers(HttpResponse.of(200, "application/x-protobuf", Bytes.utf8(body)));
        try (answers; RunningPool node = new RunningPool("scores", null, OPTIONS)) {
            node.pool.set(answers.url);

            assertThat(node.group.get("Tom").toString()).startsWith("Tom@");
            assertThat(node.group.stats().peerErrors()).isEqualTo(1);
            assertThatThrownBy(() -> node.pool.pickPeer("x").orElseThrow().get("scores", "x"))
                    .isInstanceOfSatisfying(ShortwireException.class,
                            e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERNAL))
                    .hasMessageContaining(answers.url);
        }
    }

    @Test
    void refusesAValueThatIsTooLong() {
        Bytes tooLong = GetResponse.encode(Bytes.adopt(new byte[(16 << 20) + 1]));
        Answers answers = new Answers(HttpResponse.of(200, "application/x-protobuf", tooLong));
        try (answers; RunningPool node = new RunningPool("scores", null, OPTIONS)) {
            node.pool.set(answers.url);

            assertThat(node.group.get("Tom").toString()).startsWith("Tom@");
            assertThat(node.group.stats().peerErrors()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"500,no row for kkk", "404,no such group: scores", "301,Moved Permanently"})
    void loadsHereWhatAGoPeerRefuses(int status, String text) {
        Answers answers = new Answers(HttpResponse.text(status, text));
        try (answers; RunningPool node = new RunningPool("scores", null, OPTIONS)) {
            node.pool.set(answers.url);

            assertThat(node.group.get("Tom").toString()).startsWith("Tom@");
            assertThat(node.group.stats().peerErrors()).isEqualTo(1);
            assertThat(node.group.stats().degraded()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "_groupcache/", "/_groupcache", "/a b/", "/a%20b/"})
    void refusesABasePathThatIsNone(String basePath) {
        assertThatThrownBy(() -> OPTIONS.withBasePath(basePath)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("base-path");
    }

    /// A server that gives every request the same answer.
    private static final class Answers implements AutoCloseable {
        final List<String> targets = new CopyOnWriteArrayList<>();
        final String url;
        private final HttpServer server = new HttpServer(HttpServerOptions.DEFAULT);

        Answers(HttpResponse answer) {
            server.route("/", (request, exchange) -> {
                targets.add(request.target());
                exchange.answer(answer);
            });
            url = "http://127.0.0.1:" + server.bind(HostPort.loopbackHosts(), 0);
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
