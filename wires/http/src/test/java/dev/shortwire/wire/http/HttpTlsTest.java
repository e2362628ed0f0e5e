package dev.shortwire.wire.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
import dev.shortwire.spi.HostPort;
import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.RecordedLink;
import dev.shortwire.testkit.RecordedOutcome;
import dev.shortwire.testkit.ScriptedHandler;
import dev.shortwire.testkit.TestCertificates;
import dev.shortwire.testkit.ThreadScheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.TlsSettings.ClientAuth;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The wire with TLS: who is let in, as whom, and with which certificate.
final class HttpTlsTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    static Path shared;
    private static TestCertificates authority;
    private static TlsSettings one;
    private static TlsSettings two;

    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final List<Wire> wires = new CopyOnWriteArrayList<>();
    private final List<FrameHandler.Caller> callers = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    @BeforeAll
    static void issue() {
        authority = new TestCertificates(shared);
        one = authority.node("node-1");
        two = authority.issue("node-2", "dns:localhost,uri:shortwire:node-2");
    }

    @BeforeEach
    void start() {
        callers.clear();
    }

    @AfterEach
    void close() {
        wires.forEach(Wire::close);
        scheduler.close();
    }

    @Test
    void aCallCarriesWhoTheCallerHasProvedToBe() {
        Endpoint endpoint = listen(wire(one), "node-1");
        RecordedLink link = RecordedLink.connect(wire(two), endpoint);

        assertThat(call(link, "node-2").awaitReply().sender().name()).isEqualTo("node-1");
        FrameHandler.Caller caller = callers.getFirst();
        assertThat(caller.principal()).isEqualTo("node-2");
        assertThat(caller.proof().length()).isEqualTo(32);
        assertThat(caller.wire()).isEqualTo("http");
        assertThat(link.link().send(frame("node-2"))).isTrue();
        await().until(() -> callers.size() == 2);
    }

    @Test
    void aFrameWhoseSenderIsNotInTheCertificateIsRefused() {
        Endpoint endpoint = listen(wire(one), "node-1");
        RecordedLink link = RecordedLink.connect(wire(two), endpoint);

        RecordedOutcome outcome = call(link, "node-1");
        assertThat(outcome.awaitFailure().cause()).isEqualTo(Cause.CORRUPT);
        assertThat(outcome.awaitFailure().happened()).isEqualTo(Happened.NO);
        assertThat(outcome.awaitFailure().message()).contains("403", "node-1", "[node-2, localhost]");
        assertThat(callers).isEmpty();
        assertThat(call(link, "node-2").awaitReply()).isNotNull();
    }

    @Test
    void aReplyWhoseSenderIsNotInTheServersCertificateIsNotBelieved() {
        Endpoint endpoint = listen(wire(one), "node-3");
        RecordedLink link = RecordedLink.connect(wire(two), endpoint);

        RecordedOutcome outcome = call(link, "node-2");
        assertThat(outcome.awaitFailure().cause()).isEqualTo(Cause.CORRUPT);
        assertThat(outcome.awaitFailure().happened()).isEqualTo(Happened.PERHAPS);
        assertThat(outcome.awaitFailure().message()).contains("node-3", "[node-1]");
    }

    @Test
    void aStrangerIsNotLetInAndNotCalled() {
        TlsSettings stranger = new TestCertificates(folder).node("node-1");
        Endpoint endpoint = listen(wire(one), "node-1");
        assertThat(refusal(wire(stranger), endpoint)).contains("can't connect");
        TlsSettings believing = new TlsSettings(stranger.cert(), stranger.key(), one.trust());
        assertThat(refusal(wire(believing), endpoint)).contains("TLS");
        assertThat(refusal(wire(two), listen(wire(stranger), "node-1"))).contains("can't connect");
        assertThat(callers).isEmpty();
    }

    @Test
    void aCertificateWithoutANameIsNoNodes() {
        TlsSettings nameless = authority.issue("nameless", List.of());
        assertThat(refusal(wire(nameless), listen(wire(one), "node-1"))).contains("403");
        assertThat(refusal(wire(one), listen(wire(nameless), "node-1"))).contains("names no node");
    }

    @Test
    void plainAndEncryptedEndsDoNotMeet() {
        assertThat(refusal(wire(null), listen(wire(one), "node-1"))).isNotEmpty();
        assertThat(refusal(wire(one), listen(wire(null), "node-1"))).contains("does not speak TLS");
    }

    @Test
    void aServerThatServesOthersTooTakesFramesFromNodesAlone() {
        WireSettings settings = settings(one.withClientAuth(ClientAuth.PEERS));
        try (HttpServer plain = new HttpServer(HttpServerOptions.DEFAULT)) {
            plain.bind(HostPort.loopbackHosts(), 0);
            Wire wire = new HttpWire(settings, plain);
            wires.add(wire);
            wire.listen("", new ScriptedHandler());
            assertThat(refusal(wire(null), new Endpoint("http", "127.0.0.1:" + plain.port()))).contains("403");
            wire.close();
        }
    }

    @Test
    void renewedCertificatesAreUsedByTheNextLinkAndOldLinksStay() throws IOException {
        Path cert = Files.copy(one.cert(), folder.resolve("cert.pem"));
        Path key = Files.copy(one.key(), folder.resolve("key.pem"));
        Endpoint endpoint = listen(wire(new TlsSettings(cert, key, one.trust()).withReload(Duration.ZERO)),
                "node-2");
        RecordedLink before = RecordedLink.connect(wire(two), endpoint);
        assertThat(call(before, "node-2").awaitFailure().message()).contains("[node-1]");

        Files.copy(two.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(two.key(), key, StandardCopyOption.REPLACE_EXISTING);
        RecordedLink after = RecordedLink.connect(wire(two), endpoint);
        assertThat(call(after, "node-2").awaitReply()).isNotNull();
        assertThat(before.link().isOpen()).isTrue();
    }

    @Test
    void bigFramesAndManyCallsComeThrough() {
        Endpoint endpoint = listen(wire(one), "node-1");
        RecordedLink link = RecordedLink.connect(wire(two), endpoint);
        byte[] value = new byte[16 << 20];
        value[value.length - 1] = 1;
        RecordedOutcome big = new RecordedOutcome();
        link.link().call(Frame.of(ScriptedHandler.ECHO, sender("node-2")).payload(Bytes.adopt(value))
                .build(), LONG, big);
        assertThat(big.awaitReply().payload().length()).isEqualTo(value.length);
        List<RecordedOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            outcomes.add(call(link, "node-2"));
        }
        outcomes.forEach(RecordedOutcome::awaitReply);
    }

    @Test
    void noiseInsteadOfAHandshakeEndsTheConnectionAlone() throws IOException {
        Endpoint endpoint = listen(wire(one), "node-1");
        RecordedLink link = RecordedLink.connect(wire(two), endpoint);
        HostPort address = HostPort.parse(endpoint.address());
        for (String noise : List.of("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u0016\u0003\u0001",
                "x".repeat(100_000))) {
            try (Socket socket = new Socket(InetAddress.ofLiteral(address.host()), address.port())) {
                socket.setSoTimeout(20_000);
                OutputStream out = socket.getOutputStream();
                out.write(noise.getBytes(UTF_8));
                socket.shutdownOutput();
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).doesNotContain("HTTP/1.1 2");
            } catch (SocketException reset) {
                assertThat(reset).hasMessageMatching("(?i).*(reset|broken pipe).*");
            }
        }
        assertThat(call(link, "node-2").awaitReply()).isNotNull();
    }

    @Test
    void aClientThatAsksForItGetsHttp2() throws Exception {
        Wire server = wire(two);
        String address = server.listen("localhost:0", new ScriptedHandler()).endpoint().address();
        try (var client = java.net.http.HttpClient.newBuilder().sslContext(Tls.open(two, Clock.SYSTEM).context())
                .version(java.net.http.HttpClient.Version.HTTP_2).build()) {
            var greeting = client.send(
                    java.net.http.HttpRequest.newBuilder(URI.create("https://" + address + HttpWire.PATH)).build(),
                    java.net.http.HttpResponse.BodyHandlers.discarding());
            assertThat(greeting.version()).isEqualTo(java.net.http.HttpClient.Version.HTTP_2);
            assertThat(greeting.statusCode()).isEqualTo(204);
        }
    }

    @Test
    void nodesAgreeOnHttp2ByAlpnAndOtherwiseSpeakHttp1() {
        for (String spoken : List.of("h2", "http/1.1", "")) {
            Tls certificates = Tls.open(one, Clock.SYSTEM);
            List<SSLEngine> engines = new CopyOnWriteArrayList<>();
            try (HttpServer server = new HttpServer(HttpServerOptions.DEFAULT)) {
                server.encrypt(offered -> {
                    SSLEngine engine = spoken.isEmpty() ? certificates.serverEngine()
                            : certificates.serverEngine(spoken);
                    engines.add(engine);
                    return engine;
                });
                server.bind(List.of("127.0.0.1"), 0);
                Wire wire = new HttpWire(settings(one), server);
                wires.add(wire);
                RecordedLink link = RecordedLink.connect(wire(two),
                        wire.listen("", echoAs("node-1")).endpoint());
                await().until(() -> {
                    call(link, "node-2").awaitReply();
                    return engines.size() >= 3;
                });
                if (spoken.equals("h2")) {
                    await().until(
                            () -> engines.stream().anyMatch(engine -> "h2".equals(engine.getApplicationProtocol())));
                } else {
                    assertThat(engines).noneMatch(engine -> "h2".equals(engine.getApplicationProtocol()));
                }
                assertThat(call(link, "node-2").awaitReply()).isNotNull();
                assertThat(link.link().isOpen()).isTrue();
            }
        }
    }

    private Endpoint listen(Wire wire, String repliesAs) {
        return wire.listen("127.0.0.1:0", echoAs(repliesAs)).endpoint();
    }

    private FrameHandler echoAs(String repliesAs) {
        return new FrameHandler() {
            @Override
            public void onCall(Frame request, Caller caller, long deadlineNanos, Replier replier) {
                callers.add(caller);
                replier.reply(Frame.of(request.kind(), sender(repliesAs)).payload(request.payload()).build());
            }

            @Override
            public void onSend(Frame message, Caller caller) {
                callers.add(caller);
            }
        };
    }

    private WireSettings settings(@Nullable TlsSettings tls) {
        return new WireSettings(Clock.SYSTEM, scheduler).withTls(tls == null ? null : Tls.open(tls, Clock.SYSTEM));
    }

    private Wire wire(@Nullable TlsSettings tls) {
        Wire wire = new HttpWire(settings(tls));
        wires.add(wire);
        return wire;
    }

    private static Sender sender(String name) {
        return new Sender(1, 2, name, 3);
    }

    private static Frame frame(String sender) {
        return Frame.of(ScriptedHandler.ECHO, sender(sender)).build();
    }

    private static RecordedOutcome call(RecordedLink link, String sender) {
        RecordedOutcome outcome = new RecordedOutcome();
        link.link().call(frame(sender), LONG, outcome);
        return outcome;
    }

    private static String refusal(Wire client, Endpoint endpoint) {
        return RecordedLink.connect(client, endpoint).refusal().message();
    }
}
