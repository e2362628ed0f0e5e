package dev.shortwire.wire.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.shortwire.Bytes;
import dev.shortwire.grpc.v1.Packet;
import dev.shortwire.grpc.v1.WireGrpc;
import dev.shortwire.spi.Clock;
import dev.shortwire.spi.HostPort;
import dev.shortwire.testkit.RecordedLink;
import dev.shortwire.testkit.RecordedOutcome;
import dev.shortwire.testkit.ScriptedHandler;
import dev.shortwire.testkit.TestCertificates;
import dev.shortwire.testkit.ThreadScheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.TlsSettings.ClientAuth;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireSettings;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The wire with TLS: who is let in, as whom, and with which certificate.
final class GrpcTlsTest {
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
        assertThat(caller.wire()).isEqualTo("grpc");
        assertThat(link.link().send(frame("node-2"))).isTrue();
        await().until(() -> callers.size() == 2);
    }

    @Test
    void aFrameWhoseSenderIsNotInTheCertificateIsRefused() {
        Endpoint endpoint = listen(wire(one), "node-1");
        RecordedLink link = RecordedLink.connect(wire(two), endpoint);

        assertThat(link.link().send(frame("node-1"))).isTrue();
        RecordedOutcome outcome = call(link, "node-1");
        assertThat(outcome.awaitFailure().cause()).isEqualTo(Cause.CORRUPT);
        assertThat(outcome.awaitFailure().happened()).isEqualTo(Happened.NO);
        assertThat(outcome.awaitFailure().message()).contains("node-1", "[node-2, localhost]");
        assertThat(callers).isEmpty();
        assertThat(call(link, "node-2").awaitReply()).isNotNull();
        assertThat(call(link, "node-1").awaitFailure().cause()).isEqualTo(Cause.CORRUPT);
        assertThat(callers).hasSize(1);
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
        assertThat(refusal(wire(stranger), endpoint)).contains("can't open");
        TlsSettings believing = new TlsSettings(stranger.cert(), stranger.key(), one.trust());
        assertThat(refusal(wire(believing), endpoint)).contains("can't open");
        assertThat(refusal(wire(two), listen(wire(stranger), "node-1"))).contains("can't open");
        assertThat(callers).isEmpty();
    }

    @Test
    void aCertificateWithoutANameIsNoNodes() {
        TlsSettings nameless = authority.issue("nameless", List.of());
        assertThat(refusal(wire(nameless), listen(wire(one), "node-1"))).contains("UNAUTHENTICATED");
        assertThat(refusal(wire(one), listen(wire(nameless), "node-1"))).contains("names no node");
    }

    @Test
    void plainAndEncryptedEndsDoNotMeet() {
        assertThat(refusal(wire(null), listen(wire(one), "node-1"))).isNotEmpty();
        assertThat(refusal(wire(one), listen(wire(null), "node-1"))).isNotEmpty();
        assertThat(callers).isEmpty();
    }

    @Test
    void anotherProgramNeedsACertificateUnlessOnlyPeersDoAndThenSendsNoFrames() throws Exception {
        Endpoint all = listen(wire(one), "node-1");
        ChannelCredentials none = TlsChannelCredentials.newBuilder().trustManager(one.trust().toFile()).build();
        assertThat(send(all, none, "node-2").getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(send(all, InsecureChannelCredentials.create(), "node-2").getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(send(all, Hostile.with(two), "node-2").getCode()).isEqualTo(Status.Code.OK);
        assertThat(callers).extracting(FrameHandler.Caller::principal).containsExactly("node-2");

        Endpoint peers = listen(wire(one.withClientAuth(ClientAuth.PEERS)), "node-1");
        assertThat(send(peers, none, "node-2").getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(send(peers, Hostile.with(two), "node-2").getCode()).isEqualTo(Status.Code.OK);
        assertThat(callers).hasSize(2);
    }

    @Test
    void aServerWithoutTlsTakesNoFramesForAWireThatHasIt() throws Exception {
        try (GrpcServer plain = new GrpcServer(GrpcServerOptions.DEFAULT)) {
            Endpoint endpoint = new Endpoint(GrpcWire.NAME, plain.bind("127.0.0.1:0"));
            Wire wire = new GrpcWire(settings(one), plain);
            wires.add(wire);
            wire.listen("", new ScriptedHandler());
            assertThat(refusal(wire(null), endpoint)).contains("UNAUTHENTICATED");
            wire.close();
        }
    }

    @Test
    void speaksNothingOlderThanTls13() throws IOException {
        HostPort address = HostPort.parse(listen(wire(one), "node-1").address());
        try (SSLSocket old = (SSLSocket) Tls.open(two, Clock.SYSTEM).context().getSocketFactory()
                .createSocket(InetAddress.ofLiteral(address.host()), address.port())) {
            SSLParameters parameters = old.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            old.setSSLParameters(parameters);
            old.setEnabledProtocols(new String[] {"TLSv1.2"});
            old.setSoTimeout(20_000);
            assertThatThrownBy(old::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void renewedCertificatesAreUsedByTheNextLinkAndOldLinksStay() throws IOException {
        Path cert = Files.copy(one.cert(), folder.resolve("cert.pem"));
        Path key = Files.copy(one.key(), folder.resolve("key.pem"));
        TlsSettings changing = new TlsSettings(cert, key, one.trust()).withReload(Duration.ZERO);
        Endpoint endpoint = listen(wire(changing), "node-2");
        Wire client = wire(changing);
        RecordedLink before = RecordedLink.connect(client, endpoint);
        assertThat(call(before, "node-1").awaitFailure().message()).contains("[node-1]");

        Files.copy(two.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(two.key(), key, StandardCopyOption.REPLACE_EXISTING);
        RecordedLink after = RecordedLink.connect(client, endpoint);
        assertThat(call(after, "node-2").awaitReply()).isNotNull();
        assertThat(before.link().isOpen()).isTrue();
    }

    @Test
    void aListenerThatClosesEndsItsLinksAndTheNextLinkIsRefused() {
        Wire server = wire(one);
        Endpoint endpoint = listen(server, "node-1");
        Wire client = wire(two);
        RecordedLink link = RecordedLink.connect(client, endpoint);
        assertThat(call(link, "node-2").awaitReply()).isNotNull();
        server.close();
        assertThat(link.awaitClosed().cause()).isEqualTo(Cause.REFUSED);
        assertThat(RecordedLink.connect(client, endpoint).refusal().cause()).isEqualTo(Cause.REFUSED);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aUnixSocketNeedsNoCertificateSinceTheKernelTellsWhoIsThere() {
        Wire server = wire(one);
        Endpoint endpoint = server.listen("unix:" + folder.resolve("s"), answering("node-1")).endpoint();
        RecordedLink link = RecordedLink.connect(wire(two), endpoint);
        assertThat(call(link, "node-2").awaitReply()).isNotNull();
        assertThat(callers.getFirst().principal()).isEqualTo(FrameHandler.Caller.ANONYMOUS);
    }

    @Test
    void bigFramesAndManyCallsComeThrough() {
        Endpoint endpoint = listen(wire(one), "node-1");
        RecordedLink link = RecordedLink.connect(wire(two), endpoint);
        byte[] value = new byte[16 << 20];
        value[value.length - 1] = 1;
        Frame big = Frame.of(ScriptedHandler.ECHO, sender("node-2")).payload(Bytes.adopt(value)).build();
        RecordedOutcome echoed = new RecordedOutcome();
        link.link().call(big, LONG, echoed);
        assertThat(echoed.awaitReply().payload().equals(big.payload())).isTrue();
        List<RecordedOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            outcomes.add(call(link, "node-2"));
        }
        outcomes.forEach(RecordedOutcome::awaitReply);
    }

    private Endpoint listen(Wire wire, String repliesAs) {
        return wire.listen("127.0.0.1:0", answering(repliesAs)).endpoint();
    }

    private FrameHandler answering(String name) {
        return new FrameHandler() {
            @Override
            public void onCall(Frame request, Caller caller, long deadlineNanos, Replier replier) {
                callers.add(caller);
                replier.reply(Frame.of(request.kind(), sender(name)).payload(request.payload()).build());
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
        Wire wire = new GrpcWire(settings(tls));
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

    /// What becomes of a call that a plain client of grpc-java makes with a stub that protoc made.
    private static Status send(Endpoint endpoint, ChannelCredentials credentials, String sender) throws Exception {
        ManagedChannel channel = Grpc.newChannelBuilder(endpoint.address(), credentials).overrideAuthority("node-1")
                .build();
        try {
            CompletableFuture<Status> ended = new CompletableFuture<>();
            StreamObserver<Packet> requests = WireGrpc.newStub(channel).connect(new StreamObserver<>() {
                @Override
                public void onNext(Packet packet) {}

                @Override
                public void onError(Throwable thrown) {
                    ended.complete(Status.fromThrowable(thrown));
                }

                @Override
                public void onCompleted() {
                    ended.complete(Status.OK);
                }
            });
            byte[] frame = FrameCodec.encode(frame(sender), 1, 20_000_000);
            requests.onNext(Packet.newBuilder().addFrames(ByteString.copyFrom(frame)).build());
            requests.onCompleted();
            return ended.get(20, TimeUnit.SECONDS);
        } finally {
            channel.shutdownNow();
        }
    }
}
