package dev.shortwire.wire.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.shortwire.ConfigurationException;
import dev.shortwire.grpc.v1.Packet;
import dev.shortwire.grpc.v1.WireGrpc;
import dev.shortwire.spi.Clock;
import dev.shortwire.spi.HostPort;
import dev.shortwire.testkit.RecordedLink;
import dev.shortwire.testkit.RecordedOutcome;
import dev.shortwire.testkit.ScriptedHandler;
import dev.shortwire.testkit.ThreadScheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class GrpcServerTest {
    private static final Frame ECHO = Frame.of(ScriptedHandler.ECHO, new Sender(1, 1, "a", 1)).build();
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final WireSettings settings = new WireSettings(Clock.SYSTEM, scheduler);
    private final GrpcWire client = new GrpcWire(settings);
    private final List<AutoCloseable> opened = new ArrayList<>();

    private GrpcServer server(GrpcServerOptions options) {
        GrpcServer server = new GrpcServer(options);
        opened.add(server);
        return server;
    }

    private ManagedChannel channel(String address) {
        ManagedChannel channel = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).directExecutor()
                .build();
        opened.add(channel::shutdownNow);
        return channel;
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        for (AutoCloseable resource : opened.reversed()) {
            resource.close();
        }
        scheduler.close();
    }

    @Test
    void bindsOnlyLoopbackUnlessItIsAllowedMore() {
        GrpcServer server = server(GrpcServerOptions.DEFAULT);
        assertThatThrownBy(() -> server.bind("0.0.0.0:0")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--allow-plaintext");
        assertThatThrownBy(() -> server.bind("192.0.2.1:0")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> server.bind("127.0.0.1")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("host:port");
        assertThat(server(GrpcServerOptions.DEFAULT.withAllowRemote(true)).bind("0.0.0.0:0")).matches("0.0.0.0:[0-9]+");
    }

    @Test
    void listensOnBothLoopbackAddressesForLocalhost() {
        GrpcServer server = server(GrpcServerOptions.DEFAULT);
        String port = server.bind("localhost:0").replace("localhost:", "");
        Wire wire = new GrpcWire(settings, server);
        opened.add(wire);
        assertThat(wire.listen("", new ScriptedHandler()).endpoint().address()).isEqualTo("localhost:" + port);
        List<String> hosts = HostPort.loopbackHosts().size() > 1 ? List.of("127.0.0.1", "[::1]") : List.of("127.0.0.1");
        for (String host : hosts) {
            assertThat(echo(host + ":" + port).awaitReply()).isEqualTo(ECHO);
        }
    }

    private RecordedOutcome echo(String address) {
        RecordedOutcome outcome = new RecordedOutcome();
        RecordedLink.connect(client, new Endpoint(GrpcWire.NAME, address)).link().call(ECHO, LONG, outcome);
        return outcome;
    }

    @Test
    void letsInOnlySoManyConnections() throws Exception {
        GrpcServer server = server(GrpcServerOptions.DEFAULT.withMaxConnections(2));
        Endpoint endpoint = new Endpoint(GrpcWire.NAME, server.bind("127.0.0.1:0"));
        try (SocketChannel first = Hostile.connect(endpoint); SocketChannel second = Hostile.connect(endpoint)) {
            await().until(() -> server.connections() == 2);
            try (SocketChannel third = Hostile.connect(endpoint)) {
                assertThat(third.read(ByteBuffer.allocate(100))).isEqualTo(-1);
            }
            assertThat(first.isConnected() && second.isConnected()).isTrue();
        }
        await().until(() -> server.connections() == 0);
    }

    @Test
    void refusesAMessageOverTheLimitBeforeItHasArrived() throws Exception {
        GrpcServer server = server(GrpcServerOptions.DEFAULT.withMaxFrameBytes(100_000));
        opened.add(server.mount(new WireService(settings, new ScriptedHandler(), server.loops()).definition()));
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        StreamObserver<Packet> requests = WireGrpc.newStub(channel(server.bind("127.0.0.1:0")))
                .connect(new StreamObserver<>() {
                    @Override
                    public void onNext(Packet packet) {}

                    @Override
                    public void onError(Throwable thrown) {
                        refused.complete(thrown);
                    }

                    @Override
                    public void onCompleted() {
                        refused.complete(new IllegalStateException("it was accepted"));
                    }
                });
        requests.onNext(Packet.newBuilder().addFrames(ByteString.copyFrom(new byte[200_000])).build());
        assertThat(Status.fromThrowable(refused.get(20, TimeUnit.SECONDS)).getCode())
                .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
    }

    @Test
    void aLinkOutlivesTheAgeOfItsConnection() {
        GrpcServer server = server(GrpcServerOptions.DEFAULT.withMaxConnectionAge(Duration.ofMillis(50)));
        server.bind("127.0.0.1:0");
        Wire wire = new GrpcWire(settings, server);
        opened.add(wire);
        RecordedLink recorded = RecordedLink.connect(client, wire.listen("", new ScriptedHandler()).endpoint());
        await().during(Duration.ofMillis(400)).until(() -> recorded.link().isOpen() && recorded.timesClosed() == 0);
        RecordedOutcome echoed = new RecordedOutcome();
        recorded.link().call(ECHO, LONG, echoed);
        assertThat(echoed.awaitReply()).isEqualTo(ECHO);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aUnixSocketIsThisUsersAndReplacesOneThatAKilledProcessLeft(@TempDir Path directory) throws Exception {
        Path socket = directory.resolve("s");
        GrpcServer server = server(GrpcServerOptions.DEFAULT);
        assertThat(server.bind("unix:" + socket)).isEqualTo("unix:" + socket);
        assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> server(GrpcServerOptions.DEFAULT).bind("unix:" + socket))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining(socket.toString());
        Path left = directory.resolve("left");
        try (var abandoned = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            abandoned.bind(UnixDomainSocketAddress.of(left));
        }
        assertThat(server.bind("unix:" + left)).isEqualTo("unix:" + left);
        Path file = Files.writeString(directory.resolve("file"), "precious");
        assertThatThrownBy(() -> server.bind("unix:" + file)).isInstanceOf(ConfigurationException.class);
        assertThat(file).hasContent("precious");
        server.close();
        assertThat(socket).doesNotExist();
    }

    @Test
    void speaksWithAStubThatProtocMade() throws Exception {
        GrpcServer server = server(GrpcServerOptions.DEFAULT);
        Wire wire = new GrpcWire(settings, server);
        opened.add(wire);
        String address = server.bind("127.0.0.1:0");
        wire.listen("", new ScriptedHandler());
        List<Packet> packets = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> completed = new CompletableFuture<>();
        StreamObserver<Packet> requests = WireGrpc.newStub(channel(address)).connect(new StreamObserver<>() {
            @Override
            public void onNext(Packet packet) {
                packets.add(packet);
            }

            @Override
            public void onError(Throwable thrown) {
                completed.completeExceptionally(thrown);
            }

            @Override
            public void onCompleted() {
                completed.complete(null);
            }
        });
        Packet.Builder packet = Packet.newBuilder();
        for (int i = 1; i <= 10; i++) {
            packet.addFrames(ByteString.copyFrom(FrameCodec.encode(ECHO, i, 1_000_000)));
        }
        requests.onNext(packet.build());
        requests.onCompleted();
        completed.get(20, TimeUnit.SECONDS);
        assertThat(packets).as("ten calls in one packet get ten replies in one").hasSize(1);
        assertThat(packets.getFirst().getFramesCount()).isEqualTo(10);
    }
}
