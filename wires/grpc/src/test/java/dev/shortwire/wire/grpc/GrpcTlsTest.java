package dev.shortwire.wire.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.shortwire.grpc.v1.Packet;
import dev.shortwire.grpc.v1.WireGrpc;
import dev.shortwire.spi.Clock;
import dev.shortwire.spi.HostPort;
import dev.shortwire.testkit.RecordedLink;
import dev.shortwire.testkit.ScriptedHandler;
import dev.shortwire.testkit.TestCertificates;
import dev.shortwire.testkit.TlsContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.TlsSettings.ClientAuth;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure.Cause;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// The wire with TLS: beside the contract, who is let in.
final class GrpcTlsTest extends TlsContractTest {
    @Override
    protected Wire newWire(WireSettings settings) {
        return new GrpcWire(settings);
    }

    @Override
    protected String refusalOfASender() {
        return "must be one of the names in the certificate";
    }

    @Test
    void aLinkOutlivesTheFramesThatAreRefused() {
        Endpoint endpoint = listen(wire(one), "node-1");
        RecordedLink link = RecordedLink.connect(wire(two), endpoint);

        assertThat(link.link().send(frame("node-1"))).isTrue();
        assertThat(call(link, "node-1").awaitFailure().cause()).isEqualTo(Cause.CORRUPT);
        assertThat(call(link, "node-2").awaitReply()).isNotNull();
        assertThat(call(link, "node-1").awaitFailure().cause()).isEqualTo(Cause.CORRUPT);
        assertThat(callers).hasSize(1);
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
