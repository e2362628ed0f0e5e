package dev.shortwire.wire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
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
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
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

    // ---- callers that lend their threads

    /// An outcome whose caller says that it lends.
    private static final class Lent implements Link.CallOutcome {
        private final RecordedOutcome recorded = new RecordedOutcome();

        @Override
        public void reply(Frame reply) {
            recorded.reply(reply);
        }

        @Override
        public void failed(WireFailure failure) {
            recorded.failed(failure);
        }

        @Override
        public boolean lends() {
            return true;
        }
    }

    private static RecordedOutcome lend(Link link, Frame request, long timeoutNanos) {
        Lent outcome = new Lent();
        link.call(request, timeoutNanos, outcome).lend();
        return outcome.recorded;
    }

    /// A link on which a caller that lends is sure to have a connection of its own.
    private static Link warm(RecordedLink recorded, HttpServer server) {
        int before = server.connections();
        await().until(() -> {
            lend(recorded.link(), ECHO, LONG).awaitReply();
            return server.connections() > before;
        });
        return recorded.link();
    }

    @Test
    void aCallerThatLendsReadsItsReplyItself() {
        try (HttpServer server = new HttpServer(HttpServerOptions.DEFAULT)) {
            Link link = warm(connect(server, new ScriptedHandler()), server);
            for (int bytes : new int[] {0, 1, 100, 8_000, 20_000, 1 << 20, 16 << 20, 100}) {
                byte[] value = new byte[bytes];
                Arrays.fill(value, (byte) bytes);
                Frame request = Frame.of(ScriptedHandler.ECHO, new Sender(1, 1, "a", 1)).payload(Bytes.adopt(value))
                        .build();
                Lent outcome = new Lent();
                Link.Call call = link.call(request, LONG, outcome);
                call.lend();
                assertThat(outcome.recorded.awaitReply().equals(request)).isTrue();
                assertThat(outcome.recorded.times()).isOne();
                call.lend();
                call.cancel();
                assertThat(outcome.recorded.times()).isOne();
            }
        }
    }

    @Test
    void aVirtualThreadIsAnsweredWithoutLending() throws InterruptedException {
        try (HttpServer server = new HttpServer(HttpServerOptions.DEFAULT)) {
            Link link = warm(connect(server, new ScriptedHandler()), server);
            Lent outcome = new Lent();
            Thread.ofVirtual().start(() -> link.call(ECHO, LONG, outcome)).join();
            assertThat(outcome.recorded.awaitReply()).isEqualTo(ECHO);
        }
    }

    @Test
    void aLentThreadComesBackAtTheDeadlineAndWhenTheCallIsCancelled() {
        try (HttpServer server = new HttpServer(HttpServerOptions.DEFAULT)) {
            Link link = warm(connect(server, new ScriptedHandler()), server);
            for (int i = 0; i < 3; i++) {
                RecordedOutcome late = lend(link, HOLD, TimeUnit.MILLISECONDS.toNanos(100));
                assertThat(late.awaitFailure().cause()).isEqualTo(Cause.DEADLINE);
                assertThat(late.awaitFailure().happened()).isEqualTo(Happened.PERHAPS);
            }
            Lent cancelled = new Lent();
            Link.Call call = link.call(HOLD, LONG, cancelled);
            Thread canceller = Thread.ofVirtual().start(call::cancel);
            call.lend();
            assertThat(cancelled.recorded.awaitFailure().cause()).isEqualTo(Cause.CANCELLED);
            await().until(() -> !canceller.isAlive());
            assertThat(lend(link, ECHO, LONG).awaitReply()).isEqualTo(ECHO);
        }
    }

    @Test
    void aLentThreadComesBackWhenItIsInterrupted() {
        try (HttpServer server = new HttpServer(HttpServerOptions.DEFAULT)) {
            Link link = warm(connect(server, new ScriptedHandler()), server);
            warm(RecordedLink.connect(client, new Endpoint(HttpWire.NAME, "127.0.0.1:" + server.port())), server);
            Lent outcome = new Lent();
            Link.Call call = link.call(HOLD, LONG, outcome);
            Thread.currentThread().interrupt();
            call.lend();
            assertThat(Thread.interrupted()).isTrue();
            call.cancel();
            assertThat(outcome.recorded.awaitFailure().cause()).isEqualTo(Cause.CANCELLED);
            assertThat(outcome.recorded.times()).isOne();
            assertThat(lend(link, ECHO, LONG).awaitReply()).isEqualTo(ECHO);
        }
    }

    @Test
    void aLentThreadComesBackWhenTheLinkIsClosedOrThePeerIs() {
        for (boolean byPeer : new boolean[] {false, true}) {
            try (HttpServer server = new HttpServer(HttpServerOptions.DEFAULT)) {
                ScriptedHandler handler = new ScriptedHandler();
                Link link = warm(connect(server, handler), server);
                Thread closer = Thread.ofVirtual().start(() -> {
                    await().until(() -> !handler.held().isEmpty());
                    if (byPeer) {
                        server.close();
                    } else {
                        link.close();
                    }
                });
                assertThat(lend(link, HOLD, LONG).awaitFailure().cause()).isEqualTo(Cause.CLOSED);
                await().until(() -> !closer.isAlive());
            }
        }
    }

    private RecordedLink connect(HttpServer server, ScriptedHandler handler) {
        server.bind(List.of("127.0.0.1"), 0);
        Wire wire = new HttpWire(settings, server);
        return RecordedLink.connect(client, wire.listen("", handler).endpoint());
    }

    @Test
    void isFoundByServiceLoader() {
        assertThat(ServiceLoader.load(WireProvider.class).stream().map(p -> p.get().name())).contains("in-process",
                "http");
    }
}
