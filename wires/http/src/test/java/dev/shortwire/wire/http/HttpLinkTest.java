package dev.shortwire.wire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.spi.Clock;
import dev.shortwire.spi.HostPort;
import dev.shortwire.testkit.RecordedLink;
import dev.shortwire.testkit.RecordedOutcome;
import dev.shortwire.testkit.ScriptedHandler;
import dev.shortwire.testkit.ThreadScheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpLinkTest {
    private static final Frame HOLD = Frame.of(ScriptedHandler.HOLD, new Sender(1, 1, "a", 1)).build();
    private static final Frame ECHO = Frame.of(ScriptedHandler.ECHO, new Sender(1, 1, "a", 1)).build();
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final WireSettings settings = new WireSettings(Clock.SYSTEM, scheduler);
    private final HttpWire client = new HttpWire(settings);

    @AfterEach
    void close() {
        client.close();
        scheduler.close();
    }

    /// Listens and holds every call, in a process of its own, until it is killed.
    public static void main(String[] args) throws InterruptedException {
        try (ThreadScheduler timers = new ThreadScheduler()) {
            Wire wire = new HttpWire(new WireSettings(Clock.SYSTEM, timers));
            System.out.println(wire.listen("127.0.0.1:0", new ScriptedHandler()).endpoint().address());
            Thread.currentThread().join();
        }
    }

    @Test
    void provesThatAKilledProcessIsGoneAndEndsItsCalls() throws IOException {
        Process peer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp", System.getProperty("java.class.path"), HttpLinkTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader output = new BufferedReader(
                new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8))) {
            Endpoint endpoint = new Endpoint(HttpWire.NAME, output.readLine());
            RecordedLink recorded = RecordedLink.connect(client, endpoint);
            RecordedOutcome held = new RecordedOutcome();
            recorded.link().call(HOLD, LONG, held);
            RecordedOutcome echoed = new RecordedOutcome();
            recorded.link().call(ECHO, LONG, echoed);
            echoed.awaitReply();
            peer.destroyForcibly();
            assertThat(held.awaitFailure().cause()).isEqualTo(Cause.CLOSED);
            assertThat(held.awaitFailure().happened()).isEqualTo(Happened.PERHAPS);
            assertThat(recorded.awaitClosed().cause()).isEqualTo(Cause.REFUSED);
        } finally {
            peer.destroyForcibly();
        }
    }

    @Test
    void sharesAServerWithOtherRoutesAndOutlivesItsIdleTimeout() {
        HttpServerOptions impatient = HttpServerOptions.DEFAULT.withTimeouts(Duration.ofMillis(50),
                Duration.ofMillis(50), Duration.ofSeconds(1));
        try (HttpServer server = new HttpServer(impatient)) {
            server.bind(HostPort.loopbackHosts(), 0);
            Wire wire = new HttpWire(settings, server);
            Wire.Listener listener = wire.listen("", new ScriptedHandler());
            assertThat(listener.endpoint().address()).isEqualTo("127.0.0.1:" + server.port());
            RecordedLink recorded = RecordedLink.connect(client, listener.endpoint());
            RecordedOutcome first = new RecordedOutcome();
            recorded.link().call(ECHO, LONG, first);
            first.awaitReply();
            await().during(Duration.ofMillis(400)).until(() -> recorded.link().isOpen() && recorded.timesClosed() == 0);
            RecordedOutcome held = new RecordedOutcome();
            recorded.link().call(HOLD, LONG, held);
            RecordedOutcome second = new RecordedOutcome();
            recorded.link().call(ECHO, LONG, second);
            second.awaitReply();
            listener.close();
            assertThat(held.awaitFailure().cause()).isEqualTo(Cause.CLOSED);
            recorded.awaitClosed();
            wire.close();
            assertThat(server.connections()).isNotNegative();
        }
    }

    @Test
    void listensOnBothLoopbackAddressesForLocalhost() {
        try (Wire wire = new HttpWire(settings)) {
            int port = HostPort.parse(wire.listen("localhost:0", new ScriptedHandler()).endpoint().address()).port();
            for (String host : HostPort.loopbackHosts()) {
                Endpoint endpoint = new Endpoint(HttpWire.NAME, new HostPort(host, port).toString());
                RecordedOutcome echoed = new RecordedOutcome();
                RecordedLink.connect(client, endpoint).link().call(ECHO, LONG, echoed);
                assertThat(echoed.awaitReply()).isEqualTo(ECHO);
            }
        }
    }

    @Test
    void doesNotTakeASilentListenerForAGoneOne() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"))) {
            Endpoint endpoint = new Endpoint(HttpWire.NAME, "127.0.0.1:" + silent.getLocalPort());
            RecordedLink recorded = new RecordedLink();
            client.connect(endpoint, TimeUnit.MILLISECONDS.toNanos(100), recorded);
            assertThat(recorded.refusal().cause()).isEqualTo(Cause.DEADLINE);
        }
    }

    @Test
    void refusesWhatIsNoNode() {
        try (HttpServer server = new HttpServer(HttpServerOptions.DEFAULT)) {
            int port = server.bind(List.of("127.0.0.1"), 0);
            RecordedLink recorded = RecordedLink.connect(client, new Endpoint(HttpWire.NAME, "127.0.0.1:" + port));
            assertThat(recorded.refusal().cause()).isEqualTo(Cause.CORRUPT);
            assertThat(recorded.refusal().message()).contains("404");
        }
    }

    @Test
    void isFoundByServiceLoader() {
        assertThat(ServiceLoader.load(WireProvider.class).stream().map(p -> p.get().name())).contains("in-process",
                "http");
    }
}
