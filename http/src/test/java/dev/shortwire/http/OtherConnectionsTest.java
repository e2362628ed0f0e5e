package dev.shortwire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
import dev.shortwire.http.HttpFailure.Cause;
import dev.shortwire.spi.HostPort;
import dev.shortwire.spi.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The connections that callers read themselves, and the one that many calls share.
final class OtherConnectionsTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);
    private static final int MAX_RESPONSE_BYTES = 100_000;
    private static final HttpRequest ECHO = HttpRequest.of("POST", "/echo").header("X-Some", "thing");
    private static final HttpRequest HOLD = HttpRequest.of("POST", "/hold");

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final Scheduler scheduler = (delayNanos, task) -> {
        var future = timers.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    };
    private final HttpClientOptions options = HttpClientOptions.DEFAULT.withMaxResponseBytes(MAX_RESPONSE_BYTES)
            .withMaxConnections(4);
    private final Queue<HttpExchange> held = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private HttpClient client;
    private HostPort address;

    @BeforeEach
    void start() {
        server = new HttpServer(
                HttpServerOptions.DEFAULT.withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(400), Duration.ZERO));
        server.route("/echo", (request, exchange) -> exchange.answer(HttpResponse.of(200, "text/plain",
                request.body()).header("X-Method", request.method() + request.header("X-Some"))));
        server.route("/hold", (request, exchange) -> held.add(exchange));
        server.route("/large", (request, exchange) -> exchange
                .answer(HttpResponse.of(200, "text/plain", Bytes.adopt(new byte[MAX_RESPONSE_BYTES + 1]))));
        address = new HostPort("127.0.0.1", server.bind(List.of("127.0.0.1"), 0));
        client = new HttpClient(options, scheduler, server.loops());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        timers.shutdownNow();
    }

    private static Bytes body(int length, int of) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) of);
        return Bytes.adopt(bytes);
    }

    // ---- connections that callers read

    /// Waits until there is a connection, makes the call and lends the thread to it.
    private static Object lend(BlockingPool pool, HttpRequest request) {
        CompletableFuture<Object> told = new CompletableFuture<>();
        await().pollInterval(Duration.ofMillis(1)).until(() -> {
            @Nullable
            BlockingCall call = pool.call(request, LONG, new ToldOutcome(told));
            if (call != null) {
                call.await();
            }
            return call != null;
        });
        return told.join();
    }

    @Test
    void aCallerReadsAnswersOfAllLengths() {
        try (BlockingPool pool = client.openBlocking(address, options)) {
            for (int length : new int[] {0, 1, 5, 5, 7_000, 5, 0}) {
                HttpResponse response = (HttpResponse) lend(pool, ECHO.body(body(length, length)));
                assertThat(response.body()).isEqualTo(body(length, length));
                assertThat(response.header("X-Method")).isEqualTo("POSTthing");
            }
            assertThat(server.connections()).isOne();
            assertThat(((HttpFailure) lend(pool, HttpRequest.of("GET", "/large"))).cause()).isEqualTo(Cause.TOO_LARGE);
            assertThat(((HttpResponse) lend(pool, HttpRequest.of("GET", "/nowhere"))).status()).isEqualTo(404);
            assertThat(pool.call(ECHO.body(body(9_000, 1)), LONG, new ToldOutcome(new CompletableFuture<>()))).isNull();
        }
        await().until(() -> server.connections() == 0);
    }

    @Test
    void whatABlockingPoolHasNoUseForIsNotSent() throws InterruptedException {
        try (BlockingPool pool = client.openBlocking(address, options)) {
            assertThat(lend(pool, ECHO)).isInstanceOf(HttpResponse.class);
            HttpOutcome never = new ToldOutcome(new CompletableFuture<>());
            assertThat(pool.call(HttpRequest.of("HEAD", "/echo"), LONG, never)).isNull();
            CompletableFuture<Boolean> isTaken = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> isTaken.complete(pool.call(ECHO, LONG, never) != null)).join();
            assertThat(isTaken.join()).isFalse();
            assertThat(lend(pool, ECHO)).isInstanceOf(HttpResponse.class);
            assertThat(server.connections()).isOne();
        }
    }

    @Test
    void anAnswerThatItsCallerDoesNotReadIsReadByAnother() {
        try (BlockingPool pool = client.openBlocking(address, options)) {
            for (int i = 0; i < 3; i++) {
                assertThat(lend(pool, ECHO)).isInstanceOf(HttpResponse.class);
                CompletableFuture<Object> told = new CompletableFuture<>();
                BlockingCall call = pool.call(ECHO.body(body(20, i)), LONG, new ToldOutcome(told));
                assertThat(call).isNotNull();
                assertThat(((HttpResponse) told.orTimeout(20, TimeUnit.SECONDS).join()).body()).isEqualTo(body(20, i));
                call.await();
            }
            assertThat(server.connections()).isOne();
        }
    }

    @Test
    void aConnectionThatTheServerClosedMeanwhileIsNotUsed() {
        try (BlockingPool pool = client.openBlocking(address, options)) {
            for (int i = 0; i < 2; i++) {
                assertThat(lend(pool, ECHO)).isInstanceOf(HttpResponse.class);
                await().pollDelay(Duration.ofMillis(1_100)).until(() -> server.connections() == 0);
            }
        }
    }

    @Test
    void aCallerReadsWhatOthersThanNodesAnswer() throws IOException {
        assertThat(answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"))
                .isEqualTo("200 abcde");
        assertThat(answered("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 2\r\n\r\nab"))
                .isEqualTo("201 ab");
        assertThat(answered("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end"))
                .isEqualTo("200 until the end");
        assertThat(answered("HTTP/1.1 204 No Content\r\n\r\n")).isEqualTo("204 ");
        assertThat(answered("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc")).isEqualTo("CLOSED");
        assertThat(answered("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc")).isEqualTo("MALFORMED");
        assertThat(answered("HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n")).isEqualTo("TOO_LARGE");
        assertThat(answered("SSH-2.0-OpenSSH\r\n\r\n")).isEqualTo("MALFORMED");
        assertThat(answered("x".repeat(20_000))).isEqualTo("MALFORMED");
        assertThat(answered("")).isEqualTo("CLOSED");
    }

    /// What a caller makes of these bytes, at whose end the connection is closed.
    private String answered(String bytes) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
                BlockingPool pool = client.openBlocking(new HostPort("127.0.0.1", other.getLocalPort()), options)) {
            Thread answering = Thread.ofVirtual().start(() -> {
                try (Socket socket = other.accept()) {
                    byte[] request = new byte[10_000];
                    int got = socket.getInputStream().read(request);
                    assertThat(new String(request, 0, got, ISO_8859_1)).startsWith("POST /echo HTTP/1.1\r\nHost: ")
                            .endsWith("\r\nContent-Length: 3\r\n\r\nask");
                    socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            Object told = lend(pool, ECHO.body(Bytes.utf8("ask")));
            await().until(() -> !answering.isAlive());
            return told instanceof HttpResponse response ? response.status() + " " + response.body().utf8()
                    : ((HttpFailure) told).cause().toString();
        }
    }

    // ---- the connection that calls share

    private static CompletableFuture<Object> ask(ConnectionPool pool, HttpRequest request) {
        CompletableFuture<Object> told = new CompletableFuture<>();
        var _ = pool.call(request, LONG, new ToldOutcome(told));
        return told;
    }

    /// A pool that shares a connection already.
    private ConnectionPool sharing() {
        ConnectionPool pool = client.open(address, options, left -> {});
        pool.share();
        await().until(() -> {
            Object told = ask(pool, ECHO).join();
            // HTTP/2 has names in lower case.
            return told instanceof HttpResponse response && response.headers().toString().contains("x-method");
        });
        return pool;
    }

    @Test
    void manyCallsShareOneConnection() {
        try (ConnectionPool pool = sharing()) {
            List<CompletableFuture<Object>> told = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                told.add(ask(pool, ECHO.body(body(i % 200, i))));
                if (i % 200 == 199) {
                    told.forEach(CompletableFuture::join);
                }
            }
            for (int i = 0; i < told.size(); i++) {
                assertThat(told.get(i).join()).isInstanceOfSatisfying(HttpResponse.class,
                        response -> assertThat(response.header("X-Method")).isEqualTo("POSTthing"));
                assertThat(((HttpResponse) told.get(i).join()).body()).isEqualTo(body(i % 200, i));
            }
            for (int i = 0; i < 100; i++) {
                told.add(ask(pool, HOLD));
            }
            await().until(() -> held.size() == 100);
            held.forEach(exchange -> exchange.answer(HttpResponse.of(200)));
            told.forEach(CompletableFuture::join);
        }
        await().until(() -> server.connections() == 0);
    }

    @Test
    void sharedCallsThatAreGivenUpHarmNoOther() {
        try (ConnectionPool pool = sharing()) {
            CompletableFuture<Object> other = ask(pool, HOLD);
            for (int i = 0; i < 1_500; i++) {
                CompletableFuture<Object> told = new CompletableFuture<>();
                HttpCall call = pool.call(i % 2 == 0 ? HOLD : ECHO, LONG, new ToldOutcome(told));
                call.cancel();
                // An echo may be there before it is given up.
                boolean isAnswered = told.join() instanceof HttpResponse && i % 2 == 1;
                assertThat(isAnswered || ((HttpFailure) told.join()).cause() == Cause.CANCELLED).isTrue();
            }
            assertThat(((HttpFailure) ask(pool, HttpRequest.of("GET", "/large")).join()).cause())
                    .isEqualTo(Cause.TOO_LARGE);
            assertThat(ask(pool, ECHO).join()).isInstanceOf(HttpResponse.class);
            held.forEach(exchange -> exchange.answer(HttpResponse.text(200, "late")));
            assertThat(((HttpResponse) other.join()).body().utf8()).isEqualTo("late");
        }
    }

    @Test
    void whatTheSharedConnectionCannotTakeGoesAnotherWay() {
        try (ConnectionPool pool = sharing()) {
            Bytes long1 = body(60_000, 1);
            assertThat(((HttpResponse) ask(pool, ECHO.body(long1)).join()).body()).isEqualTo(long1);
            AtomicInteger answered = new AtomicInteger();
            List<CompletableFuture<Object>> told = new ArrayList<>();
            for (int i = 0; i < Http2Handler.MAX_STREAMS + 4; i++) {
                told.add(ask(pool, HOLD).whenComplete((answer, fault) -> answered.incrementAndGet()));
            }
            await().until(() -> held.size() == Http2Handler.MAX_STREAMS + 4);
            held.forEach(exchange -> exchange.answer(HttpResponse.of(200)));
            told.forEach(call -> assertThat(call.join()).isInstanceOf(HttpResponse.class));
        }
    }

    @Test
    void aServerThatGoesAwayEndsSharedCallsAndAnOldOneGetsThemOtherwise() throws IOException {
        try (ConnectionPool pool = sharing()) {
            CompletableFuture<Object> waiting = ask(pool, HOLD);
            await().until(() -> !held.isEmpty());
            server.close();
            assertThat(((HttpFailure) waiting.join()).cause()).isEqualTo(Cause.CLOSED);
        }
        try (ServerSocket old = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
                HttpLoops loops = HttpLoops.start();
                HttpClient alone = new HttpClient(options, scheduler, loops);
                ConnectionPool pool = alone.open(new HostPort("127.0.0.1", old.getLocalPort()), options, left -> {})) {
            pool.share();
            try (Socket shared = old.accept()) {
                byte[] preface = shared.getInputStream().readNBytes(24);
                assertThat(new String(preface, ISO_8859_1)).startsWith("PRI * HTTP/2.0");
                shared.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(ISO_8859_1));
                CompletableFuture<Object> told = ask(pool, ECHO);
                try (Socket plain = old.accept()) {
                    plain.getOutputStream().write("HTTP/1.1 204 Fine\r\n\r\n".getBytes(ISO_8859_1));
                    assertThat(((HttpResponse) told.join()).status()).isEqualTo(204);
                }
            }
        }
    }

    // ---- a server of HTTP/2 that does what it likes

    private static byte[] frame(int type, int flags, int streamId, String payload) {
        return ByteBuffer.allocate(9 + payload.length()).putInt(payload.length() << 8 | type).put((byte) flags)
                .putInt(streamId).put(payload.getBytes(ISO_8859_1)).array();
    }

    /// What the server does once the client has shaken hands.
    private interface Script {
        void run(Socket shared, ConnectionPool pool) throws IOException;
    }

    private void withServer(Script script) throws IOException {
        try (ServerSocket own = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
                ConnectionPool pool = client.open(new HostPort("127.0.0.1", own.getLocalPort()), options, left -> {})) {
            pool.share();
            try (Socket shared = own.accept()) {
                shared.setSoTimeout(20_000);
                byte[] hello = shared.getInputStream().readNBytes(24 + 9 + 18 + 13);
                assertThat(new String(hello, ISO_8859_1)).startsWith("PRI * HTTP/2.0");
                shared.getOutputStream().write(frame(4, 0, 0, ""));
                assertThat(shared.getInputStream().readNBytes(9)).isEqualTo(frame(4, 1, 0, ""));
                script.run(shared, pool);
            }
        }
    }

    /// Reads a request without a body, and returns its stream.
    private static int request(Socket shared) throws IOException {
        ByteBuffer head = ByteBuffer.wrap(shared.getInputStream().readNBytes(9));
        int lengthAndType = head.getInt();
        assertThat(lengthAndType & 0xff).isOne();
        shared.getInputStream().skipNBytes(lengthAndType >>> 8);
        return head.getInt(5);
    }

    @Test
    void aServerThatTakesNoAnswersMakesTheClientHoldNone() throws IOException {
        for (byte[] asking : List.of(frame(4, 0, 0, ""), frame(6, 0, 0, "8 bytes."))) {
            withServer((shared, pool) -> {
                byte[] many = new byte[1_000 * asking.length];
                for (int i = 0; i < many.length; i += asking.length) {
                    System.arraycopy(asking, 0, many, i, asking.length);
                }
                assertThatThrownBy(() -> {
                    for (long sent = 0; sent < 1L << 30; sent += many.length) {
                        shared.getOutputStream().write(many);
                    }
                }).isInstanceOf(SocketException.class);
            });
        }
    }

    @Test
    void aHeadThatNeverEndsEndsTheConnection() throws IOException {
        withServer((shared, pool) -> {
            CompletableFuture<Object> told = ask(pool, HttpRequest.of("GET", "/"));
            shared.getOutputStream().write(frame(1, 0, request(shared), "\u0088"));
            for (int i = 0; i < 17; i++) {
                shared.getOutputStream().write(frame(9, 0, 1, ""));
            }
            assertThat(((HttpFailure) told.join()).cause()).isEqualTo(Cause.MALFORMED);
        });
    }

    /// Heads of answers: status 200, and the same with a content-length.
    private static final String OK = "\u0088";

    private static String ok(String length) {
        return OK + "\u000f\r" + (char) length.length() + length;
    }

    @Test
    void anAnswerHasTheLengthThatItsHeadTells() throws IOException {
        withServer((shared, pool) -> {
            for (String head : List.of(ok("3"), OK, ok("4"), ok("2"), ok("x"), ok("3") + ok("4").substring(1))) {
                CompletableFuture<Object> told = ask(pool, HttpRequest.of("GET", "/"));
                int stream = request(shared);
                shared.getOutputStream().write(frame(1, 4, stream, head));
                shared.getOutputStream().write(frame(0, 1, stream, "abc"));
                if (head.equals(OK) || head.equals(ok("3"))) {
                    assertThat(((HttpResponse) told.join()).body().utf8()).isEqualTo("abc");
                } else {
                    assertThat(((HttpFailure) told.join()).cause()).isEqualTo(Cause.MALFORMED);
                }
            }
        });
    }

    /// The server keeps to the window that it was given, as an honest one does.
    @Test
    void aPaddedAnswerArrivesAndOneThatIsTooLongIsToldAsSuch() throws IOException {
        String padded = (char) 255 + "x" + "\0".repeat(255);
        withServer((shared, pool) -> {
            CompletableFuture<Object> told = ask(pool, HttpRequest.of("GET", "/"));
            int stream = request(shared);
            shared.getOutputStream().write(frame(1, 4, stream, OK));
            long window = MAX_RESPONSE_BYTES + 65_535;
            for (int i = 0; i < 2_000; i++) {
                while (window < padded.length()) {
                    window += updated(shared, stream);
                }
                window -= padded.length();
                shared.getOutputStream().write(frame(0, 8, stream, padded));
            }
            shared.getOutputStream().write(frame(0, 1, stream, ""));
            assertThat(((HttpResponse) told.join()).body()).isEqualTo(body(2_000, 'x'));
        });
        withServer((shared, pool) -> {
            CompletableFuture<Object> told = ask(pool, HttpRequest.of("GET", "/"));
            int stream = request(shared);
            shared.getOutputStream().write(frame(1, 4, stream, OK));
            for (int left = MAX_RESPONSE_BYTES + 1; left > 0; left -= 10_000) {
                shared.getOutputStream().write(frame(0, 0, stream, "x".repeat(Math.min(left, 10_000))));
            }
            assertThat(((HttpFailure) told.join()).cause()).isEqualTo(Cause.TOO_LARGE);
        });
    }

    /// By how much the client widens the window of this stream.
    private static int updated(Socket shared, int stream) throws IOException {
        ByteBuffer update = ByteBuffer.wrap(shared.getInputStream().readNBytes(13));
        assertThat(update.getLong()).isEqualTo(0x408L << 32 | stream >>> 8);
        return update.getInt(9);
    }

    @Test
    void aConnectionThatIsLeftIsClosedWhenNobodyWaitsAnyMore() throws IOException {
        withServer((shared, pool) -> {
            List<HttpCall> calls = new ArrayList<>();
            List<CompletableFuture<Object>> outcomes = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                CompletableFuture<Object> told = new CompletableFuture<>();
                calls.add(pool.call(HttpRequest.of("GET", "/"), LONG, new ToldOutcome(told)));
                outcomes.add(told);
                assertThat(request(shared)).isEqualTo(2 * i + 1);
            }
            shared.getOutputStream().write(frame(7, 0, 0, "\0\0\u007f\u00ff\0\0\0\0"));
            shared.getOutputStream().write(frame(6, 0, 0, "8 bytes."));
            assertThat(shared.getInputStream().readNBytes(17)).isEqualTo(frame(6, 1, 0, "8 bytes."));
            // More than a server likes to see reset at once: some of the answers would be awaited and dropped.
            calls.forEach(HttpCall::cancel);
            assertThat(shared.getInputStream().readAllBytes()).hasSizeLessThanOrEqualTo(500 * 13);
            outcomes.forEach(told -> assertThat(((HttpFailure) told.join()).cause()).isEqualTo(Cause.CANCELLED));
        });
    }
}
