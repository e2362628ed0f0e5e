package dev.shortwire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
import dev.shortwire.ConfigurationException;
import dev.shortwire.http.HttpFailure.Cause;
import dev.shortwire.spi.HostPort;
import dev.shortwire.spi.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpClientTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final Scheduler scheduler = (delayNanos, task) -> {
        var future = timers.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    };
    private final Queue<HttpExchange> held = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private HttpClient client;
    private HostPort address;

    @BeforeEach
    void start() {
        server = new HttpServer(HttpServerOptions.DEFAULT);
        server.route("/echo", (request, exchange) -> exchange
                .answer(HttpResponse.of(200, "text/plain", request.body()).header("X-Method", request.method())));
        server.route("/hold", (request, exchange) -> held.add(exchange));
        address = new HostPort("127.0.0.1", server.bind(List.of("127.0.0.1"), 0));
        client = new HttpClient(HttpClientOptions.DEFAULT.withMaxConnections(2).withMaxQueued(1)
                .withMaxResponseBytes(1_000), scheduler, server.loops());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        timers.shutdownNow();
    }

    private CompletableFuture<Object> call(HostPort where, HttpRequest request) {
        return call(where, request, LONG);
    }

    private CompletableFuture<Object> call(HostPort where, HttpRequest request, long timeoutNanos) {
        CompletableFuture<Object> told = new CompletableFuture<>();
        var _ = client.call(where, request, timeoutNanos, new ToldOutcome(told));
        return told;
    }

    private static void assertFailed(CompletableFuture<Object> told, Cause cause, boolean sent) {
        HttpFailure failure = (HttpFailure) told.join();
        assertThat(failure.cause()).as(failure.message()).isEqualTo(cause);
        assertThat(failure.sent()).as(failure.message()).isEqualTo(sent);
    }

    @Test
    void reusesAConnectionForCallsThatFollowEachOther() {
        for (int i = 0; i < 50; i++) {
            HttpResponse response = (HttpResponse) call(address,
                    HttpRequest.of("POST", "/echo").body(Bytes.utf8("body " + i))).join();
            assertThat(response.body().utf8()).isEqualTo("body " + i);
            assertThat(response.header("x-method")).isEqualTo("POST");
        }
        assertThat(server.connections()).isOne();
    }

    @Test
    void readsAnswersWithoutABody() {
        HttpResponse head = (HttpResponse) call(address, HttpRequest.of("HEAD", "/echo")).join();
        assertThat(head.body().isEmpty()).isTrue();
        assertThat(((HttpResponse) call(address, HttpRequest.of("GET", "/nothing")).join()).status()).isEqualTo(404);
    }

    @Test
    void queuesBeyondItsConnectionsAndRefusesBeyondItsQueue() {
        List<CompletableFuture<Object>> calls = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            calls.add(call(address, HttpRequest.of("GET", "/hold")));
        }
        await().until(() -> held.size() == 2);
        calls.add(call(address, HttpRequest.of("GET", "/echo")));
        assertFailed(call(address, HttpRequest.of("GET", "/echo")), Cause.BUSY, false);
        held.forEach(exchange -> exchange.answer(HttpResponse.of(204)));
        calls.forEach(call -> assertThat(call.join()).isInstanceOf(HttpResponse.class));
    }

    @Test
    void endsAtTheDeadlineAndOnCancelAndClosesTheConnection() {
        assertFailed(call(address, HttpRequest.of("GET", "/hold"), TimeUnit.MILLISECONDS.toNanos(100)), Cause.DEADLINE,
                true);
        CompletableFuture<Object> told = new CompletableFuture<>();
        HttpCall call = client.call(address, HttpRequest.of("GET", "/hold"), LONG, new ToldOutcome(told));
        await().until(() -> held.size() == 2);
        call.cancel();
        assertThat(told).isDone();
        assertThat(((HttpFailure) told.join()).cause()).isEqualTo(Cause.CANCELLED);
        await().until(() -> server.connections() == 0);
        assertThat(call(address, HttpRequest.of("GET", "/echo")).join()).isInstanceOf(HttpResponse.class);
    }

    @Test
    void tellsWhatDidNotHappenFromWhatPerhapsDid() throws IOException {
        HostPort nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            nobody = new HostPort("127.0.0.1", free.getLocalPort());
        }
        assertFailed(call(nobody, HttpRequest.of("GET", "/")), Cause.REFUSED, false);
        CompletableFuture<Object> cut = call(address, HttpRequest.of("GET", "/hold"));
        await().until(() -> held.size() == 1);
        server.close();
        assertFailed(cut, Cause.CLOSED, true);
    }

    @Test
    void refusesWhatIsTooLongOrNoHttp() throws IOException {
        assertFailed(call(address, HttpRequest.of("POST", "/echo").body(Bytes.adopt(new byte[1_001]))), Cause.TOO_LARGE,
                true);
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = other.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream().write("SSH-2.0-x\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertFailed(call(new HostPort("localhost", other.getLocalPort()), HttpRequest.of("GET", "/")),
                    Cause.MALFORMED, true);
        }
    }

    @Test
    void readsAddresses() {
        assertThat(HostPort.parse("[::1]:8001")).isEqualTo(new HostPort("::1", 8001)).hasToString("[::1]:8001");
        assertThat(HostPort.parse("localhost:0").bindHosts()).isEqualTo(HostPort.loopbackHosts());
        for (String wrong : List.of("", ":1", "a", "a:", "a:b", "a:70000", "::1:80", "a b:1", "a:-1", "a:123456")) {
            assertThatThrownBy(() -> HostPort.parse(wrong)).as(wrong)
                    .isInstanceOf(ConfigurationException.class);
        }
    }
}
