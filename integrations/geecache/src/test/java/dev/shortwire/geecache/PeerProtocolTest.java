package dev.shortwire.geecache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.FailureKind;
import dev.shortwire.ShortwireException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes over the wire: our server as other clients see it, our client against servers that behave in their own way.
final class PeerProtocolTest {
    private static final HttpPoolOptions OPTIONS = HttpPoolOptions.DEFAULT.withTimeout(RunningPool.LONG);

    // ---- our server

    @Test
    void answersAValueAsBytes() throws Exception {
        try (RunningPool node = new RunningPool("scores", key -> "630".getBytes(UTF_8), OPTIONS)) {
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> answer = node.ask("GET", "scores/Tom");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("630");
                assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
                assertThat(answer.headers().firstValue("Content-Length")).contains("3");
            }
            assertThat(node.loaded).containsExactly("Tom");
            assertThat(node.ask("HEAD", "scores/Tom").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"a+b,a b", "a%20b,a b", "a%2Bb,a+b", "a%2Fb,a/b", "a/b,a/b", "%E6%B1%A4,汤"})
    void readsKeysAsGoClientsAndPeopleWriteThem(String written, String key) throws Exception {
        try (RunningPool node = new RunningPool()) {
            assertThat(node.ask("GET", "scores/" + written).statusCode()).isEqualTo(200);
            assertThat(node.loaded).containsExactly(key);
        }
    }

    @Test
    void anUnknownKeyIs404AndSaysSo() throws Exception {
        try (RunningPool node = new RunningPool("scores", key -> null, OPTIONS)) {
            HttpResponse<String> answer = node.ask("GET", "scores/kkk");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("kkk not exist");
            assertThat(answer.headers().firstValue("Shortwire-Absent")).isPresent();
            assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        }
    }

    @Test
    void anUnknownGroupIs404OfAnotherKind() throws Exception {
        try (RunningPool node = new RunningPool()) {
            HttpResponse<String> answer = node.ask("GET", "other/Tom");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("no such group: other");
            assertThat(answer.headers().firstValue("Shortwire-Absent")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "scores", "scores/", "/Tom", "scores/%FF", "scores/%ED%A0%80"})
    void aBadPathIs400(String rest) throws Exception {
        try (RunningPool node = new RunningPool()) {
            assertThat(node.ask("GET", rest).statusCode()).isEqualTo(400);
            assertThat(node.loaded).isEmpty();
        }
    }

    @Test
    void aKeyOver64KibIs400() throws Exception {
        try (RunningPool node = new RunningPool()) {
            assertThat(node.ask("GET", "scores/" + "x".repeat(65_536)).statusCode()).isEqualTo(200);
            HttpResponse<String> answer = node.ask("GET", "scores/" + "x".repeat(65_537));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("65537");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void anotherMethodIs405(String method) throws Exception {
        try (RunningPool node = new RunningPool()) {
            HttpResponse<String> answer = node.ask(method, "scores/Tom");
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
        }
    }

    @Test
    void aFailedLoadIs502WithItsReason() throws Exception {
        Getter fails = key -> {
            throw new IOException("database is down");
        };
        try (RunningPool node = new RunningPool("scores", fails, OPTIONS)) {
            HttpResponse<String> answer = node.ask("GET", "scores/Tom");
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).isEqualTo("database is down");
        }
    }

    @Test
    void aLoadThatTakesTooLongIs504() throws Exception {
        try (RunningPool node = new RunningPool()) {
            Group slow = new Group("slow", 100, key -> {
                new CountDownLatch(1).await();
                return null;
            }, Duration.ofMillis(50));
            slow.registerPeers(node.pool);

            assertThat(node.ask("GET", "slow/Tom").statusCode()).isEqualTo(504);
            assertThat(node.ask("GET", "scores/Tom").statusCode()).isEqualTo(200);
        }
    }

    // ---- our client

    @Test
    void asksAsAGoClientDoes() throws Exception {
        try (Stub stub = new Stub("200 OK", "630"); HttpPool pool = new HttpPool("http://localhost:8001", OPTIONS)) {
            pool.set(stub.url);
            PeerGetter peer = pool.pickPeer("x").orElseThrow();

            assertThat(peer.get("my scores", "a b+c/汤")).isEqualTo("630".getBytes(UTF_8));
            assertThat(stub.requestLines).containsExactly("GET /_geecache/my+scores/a+b%2Bc%2F%E6%B1%A4 HTTP/1.1");
        }
    }

    @ParameterizedTest
    @CsvSource({"500 Internal Server Error,INTERNAL", "404 Not Found,UNKNOWN_GROUP", "502 Bad Gateway,ORIGIN",
        "503 Service Unavailable,BUSY", "504 Gateway Timeout,DEADLINE", "400 Bad Request,BAD_REQUEST",
        "204 No Content,INTERNAL", "301 Moved,INTERNAL"})
    void takesEveryOtherAnswerOfAServerForAFailure(String status, FailureKind kind) throws Exception {
        String body = status.startsWith("204") ? "" : "why";
        try (Stub stub = new Stub(status, body); RunningPool node = new RunningPool()) {
            node.pool.set(stub.url);
            PeerGetter peer = node.pool.pickPeer("Tom").orElseThrow();

            assertThatThrownBy(() -> peer.get("scores", "Tom")).isInstanceOfSatisfying(ShortwireException.class, e -> {
                assertThat(e.kind()).isEqualTo(kind);
                assertThat(e).hasMessageContaining(status.substring(0, 3)).hasMessageContaining(stub.url)
                        .hasMessageContaining(body);
            });
            assertThat(node.group.get("Tom").toString()).startsWith("Tom@");
        }
    }

    @Test
    void refusesAResponseThatIsTooLongWithoutTakingMemoryForIt() throws Exception {
        try (Stub stub = new Stub("200 OK\r\nContent-Length: 16777217", ""); RunningPool node = new RunningPool()) {
            node.pool.set(stub.url);
            PeerGetter peer = node.pool.pickPeer("Tom").orElseThrow();

            assertThatThrownBy(() -> peer.get("scores", "Tom")).isInstanceOfSatisfying(ShortwireException.class,
                    e -> assertThat(e.kind()).isEqualTo(FailureKind.TOO_LARGE));
            assertThat(node.group.get("Tom").toString()).startsWith("Tom@");
        }
    }

    @Test
    void takesNonsenseForAFailure() throws Exception {
        try (Stub stub = new Stub("nonsense", "", "SSH-2.0"); RunningPool node = new RunningPool()) {
            node.pool.set(stub.url);

            assertThat(node.group.get("Tom").toString()).startsWith("Tom@");
            assertThat(node.group.stats().peerErrors()).isEqualTo(1);
        }
    }

    @Test
    void anInterruptedCallerOfAPeerIsToldSo() throws Exception {
        try (ServerSocket hangs = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
                HttpPool pool = new HttpPool("http://localhost:8001", OPTIONS)) {
            pool.set("http://127.0.0.1:" + hangs.getLocalPort());
            PeerGetter peer = pool.pickPeer("Tom").orElseThrow();
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> peer.get("scores", "Tom")).isInstanceOfSatisfying(ShortwireException.class,
                    e -> assertThat(e.kind()).isEqualTo(FailureKind.CANCELLED));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /// A server that gives every request the same answer and closes.
    private static final class Stub implements AutoCloseable {
        final List<String> requestLines = new CopyOnWriteArrayList<>();
        final String url;
        private final ServerSocket socket;
        private final byte[] answer;

        Stub(String status, String body) throws IOException {
            this(status, body, "HTTP/1.1");
        }

        Stub(String status, String body, String protocol) throws IOException {
            String length = status.contains("Content-Length") ? "" : "Content-Length: " + body.length() + "\r\n";
            answer = (protocol + " " + status + "\r\n" + length + "Connection: close\r\n\r\n" + body)
                    .getBytes(ISO_8859_1);
            socket = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
            url = "http://127.0.0.1:" + socket.getLocalPort();
            Thread.ofVirtual().start(this::serve);
        }

        private void serve() {
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept();
                        BufferedReader in = new BufferedReader(
                                new InputStreamReader(connection.getInputStream(), ISO_8859_1))) {
                    requestLines.add(String.valueOf(in.readLine()));
                    String line = in.readLine();
                    while (line != null && !line.isEmpty()) {
                        line = in.readLine();
                    }
                    OutputStream out = connection.getOutputStream();
                    out.write(answer);
                    out.flush();
                } catch (IOException e) {
                    if (!socket.isClosed()) {
                        requestLines.add(e.toString());
                    }
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
