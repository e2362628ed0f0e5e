package dev.shortwire.wire.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.RecordedLink;
import dev.shortwire.testkit.RecordedOutcome;
import dev.shortwire.testkit.ScriptedHandler;
import dev.shortwire.testkit.ThreadScheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GrpcLinkTest {
    private static final Sender SENDER = new Sender(1, 1, "a", 1);
    private static final Frame HOLD = Frame.of(ScriptedHandler.HOLD, SENDER).build();
    private static final Frame ECHO = Frame.of(ScriptedHandler.ECHO, SENDER).build();
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final WireSettings settings = new WireSettings(Clock.SYSTEM, scheduler);
    private final GrpcWire client = new GrpcWire(settings);
    private final GrpcWire server = new GrpcWire(settings);

    @AfterEach
    void close() {
        client.close();
        server.close();
        scheduler.close();
    }

    private static RecordedOutcome call(Link link, Frame frame) {
        RecordedOutcome outcome = new RecordedOutcome();
        link.call(frame, LONG, outcome);
        return outcome;
    }

    @Test
    void doesNotTakeASilentListenerForAGoneOne() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"))) {
            Endpoint endpoint = new Endpoint(GrpcWire.NAME, "127.0.0.1:" + silent.getLocalPort());
            RecordedLink recorded = new RecordedLink();
            client.connect(endpoint, TimeUnit.MILLISECONDS.toNanos(100), recorded);
            assertThat(recorded.refusal().cause()).isEqualTo(Cause.DEADLINE);
        }
    }

    @Test
    void refusesWhatIsNoNodeAndWhatIsNoAddress() {
        try (GrpcServer other = new GrpcServer(GrpcServerOptions.DEFAULT)) {
            RecordedLink recorded = RecordedLink.connect(client,
                    new Endpoint(GrpcWire.NAME, other.bind("127.0.0.1:0")));
            assertThat(recorded.refusal().cause()).isEqualTo(Cause.CORRUPT);
        }
        RecordedLink nowhere = RecordedLink.connect(client, new Endpoint(GrpcWire.NAME, "nowhere"));
        assertThat(nowhere.refusal().message()).contains("host:port");
    }

    @Test
    void aPeerWithALowerLimitTellsItWhenTheLinkOpens() {
        GrpcWire small = new GrpcWire(new WireSettings(Clock.SYSTEM, scheduler, 2_000, 8, false, true));
        try (small) {
            Endpoint endpoint = small.listen("127.0.0.1:0", new ScriptedHandler()).endpoint();
            Link link = RecordedLink.connect(client, endpoint).link();
            Frame tooLong = Frame.of(ScriptedHandler.ECHO, SENDER).payload(Bytes.adopt(new byte[3_000])).build();
            assertThat(call(link, tooLong).awaitFailure().cause()).isEqualTo(Cause.TOO_LARGE);
            List<RecordedOutcome> held = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                held.add(call(link, HOLD));
            }
            assertThat(held.getLast().awaitFailure().cause()).isEqualTo(Cause.BUSY);
            assertThat(held.getLast().awaitFailure().happened()).isEqualTo(Happened.NO);
            assertThat(call(link, ECHO).awaitFailure().cause()).isEqualTo(Cause.BUSY);
        }
    }

    /// 64 MiB may wait on this side; the peer's loop is held up in its handler and takes nothing.
    @Test
    void refusesCallsWhenThePeerDoesNotRead() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger arrived = new AtomicInteger();
        Endpoint endpoint = server.listen("127.0.0.1:0", new FrameHandler() {
            @Override
            public void onCall(Frame request, Caller caller, long deadlineNanos, Replier replier) {
                arrived.incrementAndGet();
                awaitRelease(release);
                replier.reply(ECHO);
            }

            @Override
            public void onSend(Frame message, Caller caller) {}
        }).endpoint();
        Link link = RecordedLink.connect(client, endpoint).link();
        Frame large = Frame.of(ScriptedHandler.ECHO, SENDER).payload(Bytes.adopt(new byte[4 << 20])).build();
        List<RecordedOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            outcomes.add(call(link, large));
        }
        assertThat(outcomes.getLast().awaitFailure().cause()).isEqualTo(Cause.BUSY);
        assertThat(outcomes.getLast().awaitFailure().happened()).isEqualTo(Happened.NO);
        assertThat(link.send(large)).isFalse();
        await().until(() -> arrived.get() > 0);
        release.countDown();
        outcomes.getFirst().awaitReply();
        assertThat(outcomes).allMatch(outcome -> outcome.awaitOutcome() != null);
    }

    private static void awaitRelease(CountDownLatch release) {
        try {
            assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void isFoundByServiceLoader() {
        assertThat(ServiceLoader.load(WireProvider.class).stream().map(p -> p.get().name())).contains("in-process",
                "grpc");
    }
}
