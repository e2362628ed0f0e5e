package dev.shortwire.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.shortwire.GroupOptions;
import dev.shortwire.Node;
import dev.shortwire.grpc.v1.CacheGrpc;
import dev.shortwire.grpc.v1.GetRequest;
import dev.shortwire.grpc.v1.GetResponse;
import dev.shortwire.grpc.v1.MembersRequest;
import dev.shortwire.grpc.v1.PutRequest;
import dev.shortwire.grpc.v1.RemoveRequest;
import dev.shortwire.grpc.v1.Source;
import dev.shortwire.grpc.v1.Version;
import dev.shortwire.node.Codecs;
import dev.shortwire.node.Shortwire;
import dev.shortwire.registry.MemoryHub;
import dev.shortwire.wire.grpc.GrpcServer;
import dev.shortwire.wire.grpc.GrpcServerOptions;
import dev.shortwire.wire.grpc.GrpcWire;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two nodes that talk over gRPC, each served on the same port as its wire, and programs with nothing but a stub that
/// protoc made.
final class GrpcApiTest {
    private final MemoryHub hub = new MemoryHub(1);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<CacheGrpc.CacheBlockingStub> stubs = new ArrayList<>();
    private final AtomicInteger loads = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();

    @BeforeEach
    void start() {
        List<Node> nodes = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            GrpcServer server = opened(new GrpcServer(GrpcServerOptions.DEFAULT));
            String address = server.bind("127.0.0.1:0");
            Node node = opened(Shortwire.node(name).registry(hub).wire(settings -> new GrpcWire(settings, server))
                    .groups(this::open).start());
            GrpcApi.mount(server, node, Duration.ofSeconds(20));
            nodes.add(node);
            stubs.add(CacheGrpc.newBlockingStub(channel(address)));
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> nodes.stream().allMatch(node -> node.view().members()
                .stream().filter(m -> m.state().equals("self") || m.state().equals("linked")).count() == 2));
    }

    private void open(Node node) {
        node.cache("users", Codecs.string(), GroupOptions.DEFAULT, (key, context) -> switch (key) {
            case "nobody" -> null;
            case "broken" -> throw new IOException("the origin is down");
            case "slow" -> {
                release.await();
                yield "slow";
            }
            default -> key + " loaded " + loads.incrementAndGet();
        });
        node.cache("pages", Codecs.bytes(), GroupOptions.DEFAULT, null);
    }

    private ManagedChannel channel(String address) {
        ManagedChannel channel = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
                .maxInboundMessageSize(32 << 20).build();
        opened.add(channel::shutdownNow);
        return channel;
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    @AfterEach
    void close() throws Exception {
        release.countDown();
        for (AutoCloseable resource : opened.reversed()) {
            resource.close();
        }
    }

    @Test
    void readsThroughAnyNodeAndLoadsOnce() {
        GetResponse first = get(0, "users", "Tom");
        assertThat(first.getValue().toStringUtf8()).isEqualTo("Tom loaded 1");
        assertThat(first.getSource()).isEqualTo(Source.SOURCE_LOADER);
        assertThat(first.getOwner()).isIn("a", "b");
        assertThat(first.getEpoch()).isPositive();
        GetResponse second = get(first.getOwner().equals("a") ? 1 : 0, "users", "Tom");
        assertThat(second.getValue()).isEqualTo(first.getValue());
        assertThat(second.getSource()).isEqualTo(Source.SOURCE_PEER);
        assertThat(second.getVersion()).isEqualTo(first.getVersion());
        assertThat(get(first.getOwner().equals("a") ? 0 : 1, "users", "Tom").getSource()).isEqualTo(Source.SOURCE_OWN);
    }

    @Test
    void storesAndRemovesAtTheOwner() {
        Version put = stubs.get(0).put(PutRequest.newBuilder().setGroup("pages").setKey("/").setContentType("text/html")
                .setValue(ByteString.copyFromUtf8("<p>hello")).setTimeToLive(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(60))
                .build()).getVersion();
        GetResponse got = get(1, "pages", "/");
        assertThat(got.getValue().toStringUtf8()).isEqualTo("<p>hello");
        assertThat(got.getContentType()).isEqualTo("text/html");
        assertThat(got.getVersion()).isEqualTo(put);
        Version removed = stubs.get(1).remove(RemoveRequest.newBuilder().setGroup("pages").setKey("/").build())
                .getVersion();
        assertThat(removed.getCounter()).isGreaterThan(put.getCounter());
        assertThat(get(0, "pages", "/").hasValue()).isFalse();
    }

    @Test
    void carriesTheLongestValueAndTellsAnAbsentOneFromAnEmptyOne() {
        ByteString longest = ByteString.copyFrom(new byte[16 << 20]);
        put("long", longest);
        assertThat(get(0, "pages", "long").getValue()).isEqualTo(longest);
        put("empty", ByteString.EMPTY);
        assertThat(get(1, "pages", "empty").hasValue()).isTrue();
        assertThat(get(1, "users", "nobody").hasValue()).isFalse();
    }

    private void put(String key, ByteString value) {
        stubs.get(1).put(PutRequest.newBuilder().setGroup("pages").setKey(key).setValue(value).build());
    }

    @Test
    void saysExactlyWhatFailed() throws Exception {
        assertFailure(() -> get(0, "nothing", "k"), Status.Code.NOT_FOUND, "UNKNOWN_GROUP");
        assertFailure(() -> get(0, "users", ""), Status.Code.INVALID_ARGUMENT, "BAD_REQUEST");
        assertFailure(() -> get(0, "users", "k".repeat(65_537)), Status.Code.INVALID_ARGUMENT, "TOO_LARGE");
        assertFailure(() -> get(0, "users", "broken"), Status.Code.UNKNOWN, "ORIGIN");
        assertFailure(() -> put("long", ByteString.copyFrom(new byte[(16 << 20) + 1])), Status.Code.INVALID_ARGUMENT,
                "TOO_LARGE");
        assertFailure(() -> stubs.get(0).put(PutRequest.newBuilder().setGroup("pages").setKey("k")
                .setTimeToLive(com.google.protobuf.Duration.newBuilder().setSeconds(-1)).build()),
                Status.Code.INVALID_ARGUMENT, "BAD_REQUEST");
        assertFailure(() -> stubs.get(0).put(PutRequest.newBuilder().setGroup("pages").setKey("k")
                .setContentType("a\nb").build()), Status.Code.INVALID_ARGUMENT, "BAD_REQUEST");
    }

    private static void assertFailure(Runnable call, Status.Code code, String reason)
            throws InvalidProtocolBufferException {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(failure.getStatus().getCode()).as(failure.toString()).isEqualTo(code);
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        assertThat(status).isNotNull();
        ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo(reason);
        assertThat(info.getDomain()).isEqualTo("shortwire.dev");
        assertThat(info.getMetadataMap()).containsEntry("happened", "no");
    }

    @Test
    void keepsTheDeadlineOfACallAndSharesItsLoad() {
        StatusRuntimeException late = catchThrowableOfType(StatusRuntimeException.class,
                () -> stubs.get(0).withDeadlineAfter(50, TimeUnit.MILLISECONDS).get(request("users", "slow")));
        assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        release.countDown();
        assertThat(get(0, "users", "slow").getValue().toStringUtf8()).isEqualTo("slow");
    }

    @Test
    void aCallThatItsProgramCancelsEndsAtOnce() throws Exception {
        Context.CancellableContext context = Context.current().withCancellation();
        Thread caller = Thread.ofVirtual().start(context.wrap(() -> {
            StatusRuntimeException gone = catchThrowableOfType(StatusRuntimeException.class,
                    () -> get(1, "users", "slow"));
            interrupted.set(gone.getStatus().getCode() == Status.Code.CANCELLED);
        }));
        context.cancel(null);
        caller.join();
        assertThat(interrupted).isTrue();
    }

    @Test
    void tellsWhoIsInTheCluster() {
        var members = stubs.get(0).members(MembersRequest.getDefaultInstance());
        assertThat(members.getMembersList()).extracting(m -> m.getName()).containsExactly("a", "b");
        assertThat(members.getMembers(0).getState()).isEqualTo("self");
        assertThat(members.getMembers(1).getWire()).isEqualTo("grpc");
        assertThat(members.getEpoch()).isPositive();
    }

    @Test
    void theDocsPrintThePublishedProtoFiles() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.exists(here.resolve("docs")) ? here : here.resolve("../..").normalize();
        String page = Files.readString(root.resolve("docs/grpc.md"));
        for (String file : List.of("cache.proto", "wire.proto")) {
            String published = Files.readString(root.resolve("grpc/proto/src/main/protobuf/shortwire/v1/" + file));
            assertThat(page).as("docs/grpc.md has " + file).contains("```proto\n" + published + "```");
        }
    }

    private GetResponse get(int node, String group, String key) {
        return stubs.get(node).get(request(group, key));
    }

    private static GetRequest request(String group, String key) {
        return GetRequest.newBuilder().setGroup(group).setKey(key).build();
    }
}
