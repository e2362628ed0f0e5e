package dev.shortwire.wire.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.spi.HostPort;
import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.RecordedLink;
import dev.shortwire.testkit.ScriptedHandler;
import dev.shortwire.testkit.TestCertificates;
import dev.shortwire.testkit.TlsContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.TlsSettings.ClientAuth;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

/// The wire with TLS: beside the contract, who is let in.
final class HttpTlsTest extends TlsContractTest {
    @Override
    protected Wire newWire(WireSettings settings) {
        return new HttpWire(settings);
    }

    @Override
    protected String refusalOfASender() {
        return "403";
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
                        wire.listen("", answering("node-1")).endpoint());
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
}
