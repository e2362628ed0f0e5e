package dev.shortwire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpServerTest {
    private static final String HOST = "Host: localhost\r\n";

    private HttpServer server;
    private int port;

    @BeforeEach
    void start() {
        server = new HttpServer(HttpServerOptions.DEFAULT);
        port = server.bind(HostPort.loopbackHosts(), 0);
        server.route("/echo", (request, exchange) -> exchange
                .answer(HttpResponse.of(200, "application/octet-stream", request.body())));
        server.route("/key", (request, exchange) -> exchange
                .answer(HttpResponse.text(200, "[" + request.parameter("key") + "]")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String get(String target) throws IOException {
        return exchange("GET " + target + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
    }

    private String exchange(String request) throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.send(request).readToEnd();
        }
    }

    @Test
    void answersOnBothLoopbackAddressesAtOnePort() throws IOException {
        assertThat(server.addresses()).hasSameSizeAs(HostPort.loopbackHosts()).allMatch(a -> a.getPort() == port);
        assertThat(get("/key?key=Tom")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n[Tom]");
    }

    @Test
    void decodesKeysThatArePercentEncodedOrRawUtf8() throws IOException {
        assertThat(get("/key?key=U%2B1F600")).endsWith("[U+1F600]");
        assertThat(get("/key?key=a+b")).endsWith("[a b]");
        assertThat(get("/key?key=%E6%B1%A4%E5%A7%86")).endsWith("[汤姆]");
        assertThat(get("/key?key=汤姆")).endsWith("[汤姆]");
    }

    @Test
    void refusesMalformedEscapes() throws IOException {
        for (String key : List.of("%", "%4", "%zz", "%-1", "%C3%28", "%ED%A0%80")) {
            assertThat(get("/key?key=" + key)).as(key).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void takesTheLongestPrefixThatEndsWithASegment() throws IOException {
        server.route("/a", (request, exchange) -> exchange.answer(HttpResponse.text(200, "short")));
        HttpServer.Route route = server.route("/a/b/",
                (request, exchange) -> exchange.answer(HttpResponse.text(200, "long " + request.segments())));
        assertThat(get("/a")).endsWith("short");
        assertThat(get("/a/b")).endsWith("short");
        assertThat(get("/a/b/c%2Fd?x")).endsWith("long [a, b, c/d]");
        assertThat(get("/ab")).startsWith("HTTP/1.1 404 ").endsWith("nothing is at this address");
        route.close();
        assertThat(get("/a/b/c")).endsWith("short");
    }

    @Test
    void leavesTheBodyOutForHead() throws IOException {
        assertThat(exchange("HEAD /key?key=Tom HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n"))
                .containsIgnoringCase("content-length: 5\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void answersRequestsThatRepeatTheHeadOfTheOneBeforeAsAllOthers() throws IOException {
        String head = "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\n";
        HttpServer.Route other = server.route("/echo/other",
                (request, exchange) -> exchange.answer(HttpResponse.text(200, "other")));
        try (RawClient client = new RawClient(port)) {
            for (int i = 100; i < 110; i++) {
                assertThat(client.send(head + i).readResponse()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\n" + i);
            }
            // Cut anywhere, or with more behind it.
            for (int cut : new int[] {1, 19, 20, head.length() - 2, head.length(), head.length() + 1}) {
                client.send((head + 123).substring(0, cut));
                client.send((head + 123).substring(cut));
                assertThat(client.readResponse()).endsWith("\n123");
                assertThat(client.send(head + 456).readResponse()).endsWith("\n456");
            }
            client.send(head + 1_2_3 + head + 4_5_6 + head.substring(0, 21));
            assertThat(client.readResponse()).endsWith("\n123");
            assertThat(client.readResponse()).endsWith("\n456");
            assertThat(client.send(head.substring(21) + 789).readResponse()).endsWith("\n789");
            // Of the same length, but another request.
            assertThat(client.send(head.replace("/echo ", "/none ") + 123).readResponse()).startsWith("HTTP/1.1 404 ");
        }
        String get = "GET /echo/other HTTP/1.1\r\n" + HOST + "\r\n";
        try (RawClient client = new RawClient(port)) {
            assertThat(client.send(get).readResponse()).endsWith("other");
            assertThat(client.send(get).readResponse()).endsWith("other");
            other.close();
            assertThat(client.send(get).readResponse()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
            server.route("/echo/other", (request, exchange) -> exchange.answer(HttpResponse.text(200, "new")));
            assertThat(client.send(get).readResponse()).endsWith("new");
        }
    }

    @Test
    void answersEachOfTheRequestsThatComeAgainTogether() throws IOException {
        String none = "GET /none HTTP/1.1\r\n" + HOST + "\r\n";
        String echo = "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\n123";
        String expecting = "GET /none HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\n\r\n";
        for (String before : List.of(none, none + none, expecting, "HEAD" + none.substring(3), echo,
                "\r\n\r\n" + none)) {
            int each = before.equals(none + none) ? 2 : 1;
            try (RawClient client = new RawClient(port)) {
                for (int i = 0; i < 3; i++) {
                    client.send(before + echo);
                    for (int j = 0; j < each; j++) {
                        String first = before.startsWith("HEAD") ? client.readHead() : client.readResponse();
                        assertThat(first).startsWith(before.equals(echo) ? "HTTP/1.1 200 " : "HTTP/1.1 404 ");
                    }
                    assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ").endsWith("\n123");
                }
                assertThat(client.send(echo).readResponse()).endsWith("\n123");
                assertThat(client.send(none).readResponse()).startsWith("HTTP/1.1 404 ");
            }
        }
    }

    @Test
    void answersNothingAfterARequestThatEndsTheConnectionAlsoAfterARepeatedOne() throws IOException {
        server.route("/small", 4, (request, exchange) -> exchange.answer(HttpResponse.of(204)));
        String echo = "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\n123";
        for (String last : List.of("GET /none HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n",
                "POST /none HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\n123", "GET /echo HTTP/1.1\r\n\r\n",
                "POST /small HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\n12345")) {
            try (RawClient client = new RawClient(port)) {
                for (int i = 0; i < 2; i++) {
                    assertThat(client.send(echo).readResponse()).endsWith("\n123");
                }
                String rest = client.send(last + echo).readToEnd();
                assertThat(rest).startsWith("HTTP/1.1 4").doesNotContain("HTTP/1.1 200");
            }
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws Exception {
        CompletableFuture<HttpExchange> first = new CompletableFuture<>();
        server.route("/later", (request, exchange) -> first.complete(exchange));
        try (RawClient client = new RawClient(port)) {
            StringBuilder requests = new StringBuilder("GET /later HTTP/1.1\r\n" + HOST + "\r\n");
            for (int i = 0; i < 200; i++) {
                requests.append("GET /key?key=").append(i).append(" HTTP/1.1\r\n").append(HOST).append("\r\n");
            }
            client.send(requests.toString());
            first.get().answer(HttpResponse.text(200, "later"));
            assertThat(client.readResponse()).endsWith("later");
            for (int i = 0; i < 200; i++) {
                assertThat(client.readResponse()).endsWith("[" + i + "]");
            }
        }
    }

    @Test
    void answersFromAnyThreadAndOnlyOnce() throws IOException {
        server.route("/blocking", Blocking.onVirtualThreads((request, exchange) -> {
            exchange.answer(HttpResponse.text(200, Thread.currentThread().isVirtual() ? "virtual" : "platform"));
            exchange.answer(HttpResponse.text(500, "second"));
            throw new IllegalStateException("after the answer");
        }));
        assertThat(get("/blocking")).startsWith("HTTP/1.1 200 ").endsWith("virtual");
    }

    @Test
    void turnsWhatAHandlerThrowsIntoAnAnswerWithoutDetails() throws IOException {
        server.route("/broken", (request, exchange) -> {
            throw new IllegalStateException("secret");
        });
        server.route("/problem", (request, exchange) -> {
            throw new HttpProblem(409, "not now");
        });
        assertThat(get("/broken")).startsWith("HTTP/1.1 500 ").doesNotContain("secret").doesNotContain("Exception");
        assertThat(get("/problem")).startsWith("HTTP/1.1 409 ").endsWith("not now");
    }

    @Test
    void takesBodiesByLengthByChunksAndAfterContinue() throws IOException {
        assertThat(exchange("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\nConnection: close\r\n\r\nhello"))
                .endsWith("\r\n\r\nhello");
        assertThat(exchange("POST /echo HTTP/1.1\r\n" + HOST
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: x\r\n\r\n"))
                .endsWith("\r\n\r\nhello");
        try (RawClient client = new RawClient(port)) {
            client.send("POST /echo HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100 ");
            assertThat(client.send("hello").readResponse()).startsWith("HTTP/1.1 200 ").endsWith("hello");
        }
    }

    @Test
    void carriesBodiesOfSixteenMebibytesAndRefusesLongerOnes() throws IOException {
        byte[] body = new byte[16 << 20];
        body[body.length - 1] = 'z';
        try (RawClient client = new RawClient(port)) {
            client.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: " + body.length + "\r\n\r\n").send(body);
            assertThat(client.readResponse()).hasSizeGreaterThan(body.length).endsWith("\0z");
        }
        try (RawClient client = new RawClient(port)) {
            client.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 16777217\r\n\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 413 ").containsIgnoringCase("connection: close");
        }
        server.route("/small", 4, (request, exchange) -> exchange.answer(HttpResponse.of(204)));
        try (RawClient client = new RawClient(port)) {
            client.send(
                    "POST /small HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void refusesARequestThatTellsItsLengthInTwoWays() throws IOException {
        List<String> ambiguous = List.of("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "Content-Length: 4\r\nContent-Length: 5\r\n",
                "Content-Length: 4, 5\r\n", "Content-Length: -1\r\n", "Content-Length: 4x\r\n",
                "Content-Length: +4\r\n",
                "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding : chunked\r\n",
                "Transfer-Encoding: xchunked\r\n", "Content-Length : 4\r\n");
        for (String headers : ambiguous) {
            String answer = exchange("POST /echo HTTP/1.1\r\n" + HOST + headers
                    + "\r\n0\r\n\r\nGET /key?key=smuggled HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(answer).as(headers).startsWith("HTTP/1.1 400 ").doesNotContain("smuggled");
        }
    }

    @Test
    void refusesGarbageAsText() throws IOException {
        for (String garbage : List.of("\r\nhello\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                "GET echo HTTP/1.1\r\n" + HOST + "\r\n", "GET http://localhost/echo HTTP/1.1\r\n" + HOST + "\r\n",
                "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n" + HOST + HOST + "\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nMS\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n")) {
            assertThat(exchange(garbage)).as(garbage).startsWith("HTTP/1.1 ").matches("(?s)HTTP/1.1 (400|421|505) .*")
                    .doesNotContain("Exception");
        }
        assertThat(get("/key?key=Tom")).endsWith("[Tom]");
    }

    @Test
    void refusesAHostThatIsNotThisServer() throws IOException {
        assertThat(exchange("GET /key?key=a HTTP/1.1\r\nHost: evil.example\r\n\r\n")).startsWith("HTTP/1.1 421 ");
        for (String host : List.of("localhost:" + port, "127.0.0.1", "[::1]:9", "LOCALHOST")) {
            assertThat(exchange("GET /key?key=a HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")).as(host)
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void allowsTheLongestKeyAndRefusesLongerLinesAndHeaders() throws IOException {
        assertThat(get("/key?key=" + "%41".repeat(65_536))).startsWith("HTTP/1.1 200 ").endsWith("A]");
        assertThat(get("/key?key=" + "%41".repeat(70_000))).startsWith("HTTP/1.1 414 ");
        assertThat(exchange("GET /key HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void endsARequestThatTrickles() throws IOException {
        server.close();
        server = new HttpServer(HttpServerOptions.DEFAULT.withTimeouts(Duration.ofMillis(200), Duration.ofSeconds(60),
                Duration.ofSeconds(1)));
        port = server.bind(List.of("127.0.0.1"), 0);
        try (RawClient client = new RawClient(port)) {
            assertThat(client.send("GET / HTTP/1.1\r\nHo").readToEnd()).startsWith("HTTP/1.1 408 ");
        }
        server.route("/echo", (request, exchange) -> exchange.answer(HttpResponse.of(204)));
        try (RawClient client = new RawClient(port)) {
            client.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nabc");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 408 ");
        }
        await().untilAsserted(() -> assertThat(server.connections()).isZero());
    }

    @Test
    void closesIdleConnectionsAndThoseThatDoNotTakeTheirAnswer() throws Exception {
        server.close();
        server = new HttpServer(HttpServerOptions.DEFAULT.withTimeouts(Duration.ofMillis(200), Duration.ofMillis(200),
                Duration.ofSeconds(1)));
        port = server.bind(List.of("127.0.0.1"), 0);
        server.route("/big", (request, exchange) -> exchange
                .answer(HttpResponse.of(200, "application/octet-stream", Bytes.adopt(new byte[64 << 20]))));
        try (RawClient client = new RawClient(port)) {
            assertThat(client.readToEnd()).isEmpty();
        }
        try (RawClient client = new RawClient(port)) {
            client.send("GET /big HTTP/1.1\r\n" + HOST + "\r\n");
            await().untilAsserted(() -> assertThat(server.connections()).isOne());
            await().untilAsserted(() -> assertThat(server.connections()).isZero());
        }
    }

    @Test
    void keepsNoMoreConnectionsThanAllowed() throws IOException {
        server.close();
        server = new HttpServer(HttpServerOptions.DEFAULT.withMaxConnections(2));
        port = server.bind(List.of("127.0.0.1"), 0);
        try (RawClient first = new RawClient(port); RawClient second = new RawClient(port)) {
            assertThat(first.send("GET / HTTP/1.1\r\n" + HOST + "\r\n").readResponse()).startsWith("HTTP/1.1 404 ");
            assertThat(second.send("GET / HTTP/1.1\r\n" + HOST + "\r\n").readResponse()).startsWith("HTTP/1.1 404 ");
            try (RawClient third = new RawClient(port)) {
                assertThat(third.readToEnd()).isEmpty();
            }
        }
        await().untilAsserted(() -> assertThat(get("/")).startsWith("HTTP/1.1 404 "));
    }

    @Test
    void refusesBodiesBeyondWhatAllConnectionsMayHold() throws IOException {
        server.close();
        server = new HttpServer(HttpServerOptions.DEFAULT.withMaxBufferedBytes(100_000));
        port = server.bind(List.of("127.0.0.1"), 0);
        server.route("/echo", (request, exchange) -> exchange.answer(HttpResponse.of(204)));
        String head = "POST /echo HTTP/1.1\r\n" + HOST + "Connection: close\r\nContent-Length: ";
        assertThat(exchange(head + "200000\r\n\r\n" + "x".repeat(200_000))).startsWith("HTTP/1.1 503 ");
        for (int i = 0; i < 5; i++) {
            assertThat(exchange(head + "90000\r\n\r\n" + "x".repeat(90_000))).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void refusesLongHeadsBeyondWhatAllConnectionsMayHold() throws IOException {
        try (HttpServer small = new HttpServer(HttpServerOptions.DEFAULT.withMaxBufferedBytes(8 * 256 * 1024))) {
            int smallPort = small.bind(HostPort.loopbackHosts(), 0);
            small.route("/key", (request, exchange) -> exchange.answer(HttpResponse.text(200, "[key]")));
            String half = "GET /key?key=" + "a".repeat(150_000);
            String rest = " HTTP/1.1\r\n" + HOST + "\r\n";
            int all = 256 * 1024;
            assertThat(small.reserveUndecoded(all)).as("as if other connections held all there is").isTrue();
            try (RawClient refused = new RawClient(smallPort); RawClient brief = new RawClient(smallPort)) {
                assertThat(refused.send(half).readToEnd()).startsWith("HTTP/1.1 503 ").endsWith("try again later");
                assertThat(brief.send("GET /key?key=a" + rest).readResponse()).endsWith("[key]");
            }
            small.reserveUndecoded(-all);
            try (RawClient client = new RawClient(smallPort); RawClient gone = new RawClient(smallPort)) {
                for (int i = 0; i < 5; i++) {
                    assertThat(client.send(half).send(rest).readResponse()).endsWith("[key]");
                }
                gone.send(half);
            }
            await().until(() -> small.connections() == 0);
            assertThat(small.reserveUndecoded(all)).as("everything was given back").isTrue();
        }
    }

    @Test
    void tellsAHandlerThatItsClientIsGone() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        server.route("/never", (request, exchange) -> {
            exchange.onAbandoned(gone::countDown);
            asked.countDown();
        });
        try (RawClient client = new RawClient(port)) {
            client.send("GET /never HTTP/1.1\r\n" + HOST + "\r\n");
            asked.await();
        }
        gone.await();
    }

    @Test
    void namesABusyPortAndLeavesNothingHalfOpen() throws IOException {
        List<String> hosts = HostPort.loopbackHosts();
        try (ServerSocket taken = takenOnLastOnly(hosts);
                HttpServer other = new HttpServer(HttpServerOptions.DEFAULT)) {
            int busy = taken.getLocalPort();
            assertThatThrownBy(() -> other.bind(hosts, busy)).isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(":" + busy).hasMessageContaining("another port");
            if (hosts.size() > 1) {
                await().until(() -> isFree(hosts.getFirst(), busy));
            }
        }
    }

    /// A port that is taken on the last host and free on the first: one that another program uses there would not do.
    private static ServerSocket takenOnLastOnly(List<String> hosts) throws IOException {
        for (int attempt = 0; attempt < 50; attempt++) {
            ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral(hosts.getLast()));
            if (hosts.size() == 1 || isFree(hosts.getFirst(), taken.getLocalPort())) {
                return taken;
            }
            taken.close();
        }
        throw new IOException("no port is free on " + hosts);
    }

    @Test
    void givesARequestItsTimeFromWhereItIsRead() throws Exception {
        server.close();
        server = new HttpServer(HttpServerOptions.DEFAULT.withTimeouts(Duration.ofSeconds(3), Duration.ofSeconds(60),
                Duration.ofSeconds(1)));
        port = server.bind(List.of("127.0.0.1"), 0);
        CompletableFuture<HttpExchange> slow = new CompletableFuture<>();
        server.route("/slow", (request, exchange) -> slow.complete(exchange));
        server.route("/echo", (request, exchange) -> exchange.answer(HttpResponse.text(200, "in time")));
        try (RawClient client = new RawClient(port)) {
            client.send("GET /slow HTTP/1.1\r\n" + HOST + "\r\n");
            HttpExchange exchange = slow.get();
            client.send("GET /echo HTTP/1.1\r\n" + HOST);
            long asked = System.nanoTime();
            // longer than a request may take, all of it spent on another one
            await().until(() -> System.nanoTime() - asked > Duration.ofMillis(3_200).toNanos());
            exchange.answer(HttpResponse.text(200, "slow"));
            assertThat(client.readResponse()).endsWith("slow");
            long answered = System.nanoTime();
            // the clock looks every second and a half
            await().until(() -> System.nanoTime() - answered > Duration.ofMillis(1_700).toNanos());
            assertThat(client.send("\r\n").readResponse()).endsWith("in time");
        }
    }

    @Test
    void keepsHalfOfItsConnectionsForThoseThatDoNotAskToStay() throws Exception {
        server.close();
        server = new HttpServer(HttpServerOptions.DEFAULT.withMaxConnections(4).withTimeouts(Duration.ofMillis(200),
                Duration.ofMillis(200), Duration.ofSeconds(1)));
        port = server.bind(List.of("127.0.0.1"), 0);
        server.route("/stay", (request, exchange) -> {
            exchange.keepWhileIdle();
            exchange.answer(HttpResponse.of(204));
        });
        String stay = "GET /stay HTTP/1.1\r\n" + HOST + "\r\n";
        try (RawClient first = new RawClient(port);
                RawClient second = new RawClient(port);
                RawClient third = new RawClient(port)) {
            for (RawClient client : List.of(first, second, third)) {
                assertThat(client.send(stay).readHead()).startsWith("HTTP/1.1 204 ");
            }
            assertThat(third.readToEnd()).isEmpty();
            await().untilAsserted(() -> assertThat(server.connections()).isEqualTo(2));
            assertThat(first.send(stay).readHead()).startsWith("HTTP/1.1 204 ");
            second.close();
            await().untilAsserted(() -> assertThat(server.connections()).isEqualTo(1));
            try (RawClient fourth = new RawClient(port)) {
                assertThat(fourth.send(stay).readHead()).startsWith("HTTP/1.1 204 ");
                assertThat(first.send(stay).readHead()).startsWith("HTTP/1.1 204 ");
            }
        }
    }

    @Test
    void holdsNoMoreBodiesThanAQuarterOfTheHeap() {
        assertThat(HttpServerOptions.defaultMaxBufferedBytes(512L << 20)).isEqualTo(128L << 20);
        assertThat(HttpServerOptions.defaultMaxBufferedBytes(64L << 20)).isEqualTo(34L << 20);
        assertThat(HttpServerOptions.defaultMaxBufferedBytes(8L << 30)).isEqualTo(256L << 20);
    }

    private static boolean isFree(String host, int port) {
        try {
            new ServerSocket(port, 1, InetAddress.ofLiteral(host)).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void refusesARemoteAddressUnlessToldTwice() {
        try (HttpServer other = new HttpServer(HttpServerOptions.DEFAULT)) {
            assertThatThrownBy(() -> other.bind(List.of("0.0.0.0"), 0)).isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("--allow-plaintext --allow-anonymous");
        }
    }

    @Test
    void closingAnswersWhatItHasAndEndsItsThreads() throws Exception {
        CompletableFuture<HttpExchange> asked = new CompletableFuture<>();
        server.route("/last", (request, exchange) -> asked.complete(exchange));
        try (RawClient client = new RawClient(port); RawClient idle = new RawClient(port)) {
            client.send("GET /last HTTP/1.1\r\n" + HOST + "\r\n");
            HttpExchange exchange = asked.get();
            Thread closer = Thread.ofVirtual().start(server::close);
            assertThat(idle.readToEnd()).isEmpty();
            exchange.answer(HttpResponse.text(200, "goodbye"));
            assertThat(client.readToEnd()).containsIgnoringCase("connection: close").endsWith("goodbye");
            closer.join();
        }
        assertThat(server.connections()).isZero();
    }
}
