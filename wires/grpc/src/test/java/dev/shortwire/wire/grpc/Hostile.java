package dev.shortwire.wire.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.shortwire.grpc.v1.Packet;
import dev.shortwire.grpc.v1.WireGrpc;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.TlsSettings;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A peer that does not use this wire.
final class Hostile {
    private Hostile() {}

    /// Sends the bytes as a frame in a proper packet on a stub that protoc made, then instead of HTTP/2.
    static void attack(Endpoint endpoint, byte[] bytes) throws Exception {
        attack(endpoint, InsecureChannelCredentials.create(), bytes);
    }

    static void attack(Endpoint endpoint, ChannelCredentials credentials, byte[] bytes) throws Exception {
        ManagedChannel channel = Grpc.newChannelBuilder(endpoint.address(), credentials).overrideAuthority("node-1")
                .directExecutor().build();
        try {
            CountDownLatch answered = new CountDownLatch(1);
            StreamObserver<Packet> requests = WireGrpc.newStub(channel).connect(new StreamObserver<>() {
                @Override
                public void onNext(Packet packet) {
                    answered.countDown();
                }

                @Override
                public void onError(Throwable refused) {
                    answered.countDown();
                }

                @Override
                public void onCompleted() {
                    answered.countDown();
                }
            });
            requests.onNext(Packet.newBuilder().addFrames(ByteString.copyFrom(bytes)).build());
            requests.onCompleted();
            assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            channel.shutdownNow();
        }
        sendRaw(endpoint, bytes);
    }

    /// gRPC's own credentials, with a certificate of ours.
    static ChannelCredentials with(TlsSettings tls) throws IOException {
        return TlsChannelCredentials.newBuilder().keyManager(tls.cert().toFile(), tls.key().toFile())
                .trustManager(tls.trust().toFile()).build();
    }

    private static void sendRaw(Endpoint endpoint, byte[] bytes) throws IOException {
        try (SocketChannel raw = connect(endpoint)) {
            raw.write(ByteBuffer.wrap(bytes));
            ByteBuffer answer = ByteBuffer.allocate(4096);
            int read = raw.read(answer);
            while (read >= 0) {
                read = raw.read(answer.clear());
            }
        } catch (IOException reset) {
            assertThat(reset).hasMessageMatching(".*(reset|[Bb]roken).*");
        }
    }

    static SocketChannel connect(Endpoint endpoint) throws IOException {
        return switch (Address.parse(endpoint.address())) {
            case Address.Tcp tcp -> SocketChannel.open(new InetSocketAddress(tcp.at().host(), tcp.at().port()));
            case Address.Unix(Path path) -> {
                SocketAddress address = UnixDomainSocketAddress.of(path);
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channel.connect(address);
                yield channel;
            }
        };
    }
}
