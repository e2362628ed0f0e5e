package dev.shortwire.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The server by HTTP/2 with prior knowledge. What it does with a request is the same as by HTTP/1.1.
final class Http2Test {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(UTF_8);

    private final Queue<HttpExchange> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger abandoned = new AtomicInteger();
    private HttpServer server;
    private int port;

    @BeforeEach
    void start() {
        server = serve(HttpServerOptions.DEFAULT);
        port = server.port();
    }

    private HttpServer serve(HttpServerOptions options) {
        HttpServer made = new HttpServer(options);
        made.bind(List.of("127.0.0.1"), 0);
        made.route("/echo", 1 << 20, (request, exchange) -> exchange
                .answer(HttpResponse.of(200, "application/octet-stream", request.body())));
        made.route("/key", (request, exchange) -> exchange
                .answer(HttpResponse.text(200, "[" + request.parameter("key") + "]")));
        made.route("/host", (request, exchange) -> exchange
                .answer(HttpResponse.text(200, String.valueOf(request.header("Host")))));
        made.route("/hold", (request, exchange) -> {
            exchange.onAbandoned(abandoned::incrementAndGet);
            held.add(exchange);
        });
        return made;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersRequestsWithAndWithoutBodies() throws Exception {
        try (Http2TestClient client = new Http2TestClient(port)) {
            assertThat(client.get("/key?key=Tom").await()).isEqualTo("200 [Tom]");
            assertThat(client.post("/echo", "hello".getBytes(UTF_8)).await()).isEqualTo("200 hello");
            assertThat(client.post("/echo", new byte[0]).await()).isEqualTo("200 ");
            String large = "x".repeat(1 << 20);
            assertThat(client.post("/echo", large.getBytes(UTF_8)).await()).isEqualTo("200 " + large);
            assertThat(client.get("/host").await()).isEqualTo("200 localhost");
            assertThat(client.send("HEAD", "/key?key=Tom", "localhost", null, true).await()).isEqualTo("200 ");
            String longKey = "k".repeat(150_000);
            assertThat(client.get("/key?key=" + longKey).await()).isEqualTo("200 [" + longKey + "]");
            assertThat(server.connections()).isOne();
        }
        await().until(() -> server.connections() == 0);
    }

    @Test
    void handlesRequestsSideBySideAndAnswersInAnyOrder() throws Exception {
        try (Http2TestClient client = new Http2TestClient(port)) {
            List<Http2TestClient.Exchange> exchanges = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                exchanges.add(client.get("/hold"));
            }
            await().until(() -> held.size() == 200);
            assertThat(client.get("/key?key=now").await()).isEqualTo("200 [now]");
            List<HttpExchange> reversed = new ArrayList<>(held).reversed();
            reversed.forEach(exchange -> exchange.answer(HttpResponse.text(200, "late")));
            for (Http2TestClient.Exchange exchange : exchanges) {
                assertThat(exchange.await()).isEqualTo("200 late");
            }
        }
    }

    @Test
    void refusesWhatItRefusesByHttp1AndGoesOn() throws Exception {
        server.route("/full", 10, (request, exchange) -> exchange.answer(HttpResponse.of(204)));
        try (Http2TestClient client = new Http2TestClient(port)) {
            assertThat(client.get("/nowhere").await()).startsWith("404 ");
            assertThat(client.send("GET", "/key", "evil.example", null, true).await()).startsWith("421 ");
            assertThat(client.post("/full", new byte[11]).await()).startsWith("413 ");
            assertThat(client.send("POST", "/full", "localhost", new byte[1_000], false).await()).startsWith("413 ");
            assertThat(client.get("/key?key=%zz").await()).startsWith("400 ");
            assertThat(client.get("/full").await()).isEqualTo("204 ");
        }
    }

    @Test
    void tellsTheHandlerThatAClientResetItsRequest() throws Exception {
        try (Http2TestClient client = new Http2TestClient(port)) {
            Http2TestClient.Exchange exchange = client.get("/hold");
            await().until(() -> held.size() == 1);
            client.reset(exchange);
            await().until(() -> abandoned.get() == 1);
            held.remove().answer(HttpResponse.text(200, "too late"));
            client.get("/hold");
            await().until(() -> held.size() == 1);
        }
        await().until(() -> abandoned.get() == 2);
    }

    @Test
    void cutsOffAClientThatOpensAndResetsStreamsWithoutEnd() throws Exception {
        try (Http2TestClient client = new Http2TestClient(port)) {
            for (int i = 0; i < 4_000; i++) {
                client.reset(client.get("/hold"));
            }
            assertThat(client.awaitEnd()).isIn(11L, -1L);
        }
        await().until(() -> abandoned.get() == held.size());
        assertThat(held).hasSizeLessThan(4_000);
    }

    @Test
    void cutsOffAClientThatFloodsItWithPings() throws Exception {
        try (Http2TestClient client = new Http2TestClient(port)) {
            client.ping(50_000);
            assertThat(client.awaitEnd()).isIn(11L, -1L);
        }
    }

    @Test
    void endsRequestsThatDoNotArriveAndConnectionsThatAreIdle() throws Exception {
        HttpServerOptions impatient = HttpServerOptions.DEFAULT.withTimeouts(Duration.ofMillis(200),
                Duration.ofMillis(400), Duration.ofSeconds(1));
        try (HttpServer other = serve(impatient); Http2TestClient client = new Http2TestClient(other.port())) {
            assertThat(client.send("POST", "/echo", "localhost", new byte[10], false).await()).startsWith("408 ");
            assertThat(client.awaitEnd()).isIn(0L, -1L);
            await().until(() -> other.connections() == 0);
        }
    }

    @Test
    void answersWhatIsUnderWayWhenItCloses() throws Exception {
        try (Http2TestClient client = new Http2TestClient(port)) {
            Http2TestClient.Exchange exchange = client.get("/hold");
            await().until(() -> held.size() == 1);
            Thread closing = Thread.ofVirtual().start(server::close);
            assertThat(client.awaitEnd()).isZero();
            held.remove().answer(HttpResponse.of(200, "text/plain", Bytes.utf8("bye")));
            assertThat(exchange.await()).isEqualTo("200 bye");
            closing.join();
        }
    }

    @Test
    void takesAPrefaceByteByByteAndRefusesWhatOnlyBeginsLikeOne() throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            for (byte b : PREFACE) {
                socket.getOutputStream().write(b);
            }
            assertThat(socket.getInputStream().readNBytes(9)[3]).as("a SETTINGS frame").isEqualTo((byte) 4);
        }
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("PRI * HTTP/1.1\r\n\r\n".getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void survivesHostileFrames() throws Exception {
        long seed = System.nanoTime();
        System.out.println("hostile frames with seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 100; i++) {
            byte[] frames = new byte[random.nextInt(1, 200)];
            random.nextBytes(frames);
            frames[0] = 0;
            if (frames.length > 3) {
                frames[1] = 0;
                frames[3] = (byte) random.nextInt(11);
            }
            try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                socket.getOutputStream().write(PREFACE);
                socket.getOutputStream().write(frames);
            }
        }
        try (Http2TestClient client = new Http2TestClient(port)) {
            assertThat(client.get("/key?key=Tom").await()).isEqualTo("200 [Tom]");
        }
        await().until(() -> server.connections() == 0);
    }

    @Test
    void speaksWithCurl() throws Exception {
        assumeThat(curl("--version")).as("curl with HTTP/2 is installed").contains("HTTP2");
        String base = "http://127.0.0.1:" + port;
        assertThat(curl("-s", "--http2-prior-knowledge", "-w", " %{http_version}", base + "/key?key=Tom"))
                .isEqualTo("[Tom] 2");
        assertThat(curl("-s", "--http2-prior-knowledge", "-d", "body", base + "/echo")).isEqualTo("body");
        assertThat(curl("-s", "--http1.1", "-w", " %{http_version}", base + "/key?key=Tom")).isEqualTo("[Tom] 1.1");
    }

    private static String curl(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "--max-time", "20"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            process.waitFor();
            return output;
        } catch (IOException notInstalled) {
            return "";
        }
    }
}
