package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortwire.Bytes;
import dev.shortwire.ConfigurationException;
import dev.shortwire.Limits;
import dev.shortwire.spi.Clock;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireSettings;
import java.io.File;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What makes a wire a wire. Each wire has a subclass that says how to make one; every test runs on all of them.
public abstract class WireContractTest {
    protected static final Sender SENDER = new Sender(FrameCodec.clusterId("test"), 7, "node-1", 42);

    private static final long LONG = TimeUnit.SECONDS.toNanos(30);
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(50);

    private final List<Wire> wires = new ArrayList<>();
    private ThreadScheduler scheduler;
    private ScriptedHandler handler;

    /// A wire of the kind under test, by which the wires of one test reach each other.
    protected abstract Wire newWire(WireSettings settings);

    /// Where the peer listens.
    protected String listenAddress() {
        return "";
    }

    /// How many calls of one link reach the peer at once, at least.
    protected int callsAtOnce() {
        return 5_000;
    }

    /// Whether a peer may be another process, whose wire a provider on the class path makes.
    protected boolean reachesOtherProcesses() {
        return true;
    }

    /// Whether a handler that takes its time holds up what follows on its link, and so fills what lies before it.
    protected boolean readsInOrder() {
        return true;
    }

    /// Sends bytes to a listener past the wire, as an enemy would, and waits until it has refused or dropped them. For
    /// wires that read from a stream.
    protected void attack(Endpoint endpoint, byte[] bytes) throws Exception {}

    @BeforeEach
    void startClock() {
        scheduler = new ThreadScheduler();
        handler = new ScriptedHandler();
    }

    @AfterEach
    void closeAll() {
        wires.forEach(Wire::close);
        scheduler.close();
    }

    // ---- what a call carries

    @Test
    void carriesEveryFieldOfTheFrameBothWays() {
        Link link = link();
        Frame frame = Frame.of(ScriptedHandler.ECHO, new Sender(-1, Long.MIN_VALUE, "node-π", Long.MAX_VALUE)).epoch(-9)
                .hopsLeft(255).requestId(0x8000_0000_0000_0001L).level(254).group("größe").key("汤姆 \0/%2F\uD83D\uDE00")
                .payload(Bytes.copyOf(new byte[] {0, -1, 10, 13})).tag(1, Bytes.EMPTY)
                .tag(65_535, Bytes.copyOf(new byte[300])).tag(16, Bytes.utf8("trace")).build();
        assertThat(call(link, frame).awaitReply()).isEqualTo(frame);
        assertThat(handler.calls()).containsExactly(frame);
    }

    @Test
    void carriesEmptyAndLongestValuesAndKeys() {
        Link link = link();
        Frame empty = frame(ScriptedHandler.ECHO).build();
        assertThat(call(link, empty).awaitReply()).isEqualTo(empty);
        byte[] value = new byte[Limits.MAX_VALUE_BYTES];
        new SplittableRandom(1).nextBytes(value);
        Frame longest = frame(ScriptedHandler.ECHO).key("k".repeat(Limits.MAX_KEY_BYTES)).payload(Bytes.adopt(value))
                .build();
        assertThat(call(link, longest).awaitReply().equals(longest)).isTrue();
    }

    @Test
    void refusesAFrameOverTheLimitAndSendsNothingOfIt() {
        Link link = link(settings(2_000, 8));
        Frame tooLong = frame(ScriptedHandler.ECHO).payload(Bytes.adopt(new byte[2_000])).build();
        assertFailure(call(link, tooLong), Cause.TOO_LARGE, Happened.NO);
        assertThat(link.send(tooLong)).isFalse();
        Frame fits = frame(ScriptedHandler.ECHO).payload(Bytes.adopt(new byte[1_500])).build();
        assertThat(call(link, fits).awaitReply()).isEqualTo(fits);
        assertThat(handler.calls()).containsExactly(fits);
        assertThat(handler.sends()).isEmpty();
    }

    @Test
    void failsACallWhoseReplyIsOverTheLimit() {
        Link link = link(settings(2_000, 8));
        RecordedOutcome outcome = call(link, frame(ScriptedHandler.HOLD).build());
        awaiting().until(() -> !handler.held().isEmpty());
        handler.held().remove().replier().reply(frame(1).payload(Bytes.adopt(new byte[3_000])).build());
        assertFailure(outcome, Cause.TOO_LARGE, Happened.PERHAPS);
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    // ---- many calls

    @Test
    void carriesManyCallsAtOnceAndGivesEachItsOwnReply() {
        Link link = link();
        int count = callsAtOnce();
        List<RecordedOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            outcomes.add(call(link, frame(ScriptedHandler.HOLD).requestId(i).build()));
        }
        awaiting().until(() -> handler.held().size() == count);
        List<ScriptedHandler.Held> held = new ArrayList<>(handler.held());
        Collections.reverse(held);
        held.forEach(call -> call.replier().reply(call.request()));
        for (int i = 0; i < count; i++) {
            assertThat(outcomes.get(i).awaitReply().requestId()).isEqualTo(i);
        }
    }

    @Test
    void carriesCallsOfManyThreads() throws InterruptedException {
        Link link = link();
        List<RecordedOutcome> outcomes = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int from = t * 200;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = from; i < from + 200; i++) {
                    int kind = i % 2 == 0 ? ScriptedHandler.ECHO : ScriptedHandler.ELSEWHERE;
                    Frame request = frame(kind).requestId(i).key("key " + i).build();
                    RecordedOutcome outcome = call(link, request);
                    outcomes.add(outcome);
                    assertThat(outcome.awaitReply()).isEqualTo(request);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(outcomes).hasSize(1_600).allMatch(o -> o.times() == 1 && o.awaitOutcome() instanceof Frame);
    }

    @Test
    void keepsTheOrderOfSends() {
        Link link = link();
        for (int i = 0; i < 3_000; i++) {
            Frame message = frame(ScriptedHandler.ECHO).requestId(i).build();
            if (!link.send(message)) {
                awaiting().until(() -> link.send(message));
            }
        }
        awaiting().until(() -> handler.sends().size() == 3_000);
        assertThat(handler.sends()).extracting(Frame::requestId).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void refusesCallsBeyondItsCreditUntilOneEnds() {
        Link link = link(settings(WireSettings.DEFAULT_MAX_FRAME_BYTES, 3));
        List<RecordedOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            outcomes.add(call(link, frame(ScriptedHandler.HOLD).build()));
        }
        assertFailure(call(link, frame(ScriptedHandler.ECHO).build()), Cause.BUSY, Happened.NO);
        awaiting().until(() -> handler.held().size() == 3);
        handler.held().forEach(held -> held.replier().reply(held.request()));
        outcomes.forEach(RecordedOutcome::awaitReply);
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void givesTheReplyToACallerWhoLendsItsThread() throws InterruptedException {
        Link link = link();
        List<Thread> threads = new ArrayList<>();
        List<RecordedOutcome> outcomes = Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < 6; t++) {
            Thread.Builder builder = t % 3 == 2 ? Thread.ofVirtual() : Thread.ofPlatform();
            int from = t * 300;
            threads.add(builder.start(() -> {
                for (int i = from; i < from + 300; i++) {
                    int kind = i % 3 == 0 ? ScriptedHandler.ELSEWHERE : ScriptedHandler.ECHO;
                    Frame request = frame(kind).requestId(i).build();
                    RecordedOutcome outcome = new RecordedOutcome();
                    outcomes.add(outcome);
                    link.call(request, LONG, outcome).lend();
                    assertThat(outcome.awaitReply()).isEqualTo(request);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(outcomes).hasSize(1_800).allMatch(o -> o.times() == 1 && o.awaitOutcome() instanceof Frame);
    }

    @Test
    void boundsWhatASlowReaderMakesTheSenderHold() {
        assumeTrue(readsInOrder(), "this wire's handler runs on the caller's thread, or frames overtake each other");
        Link link = link();
        handler.pause();
        Frame message = frame(ScriptedHandler.ECHO).payload(Bytes.adopt(new byte[64 * 1024])).build();
        int sent = 0;
        while (sent < 4_000 && link.send(message)) {
            sent++;
        }
        assertThat(sent).as("frames of 64 KiB taken for a reader that does not read").isBetween(1, 3_999);
        handler.resume();
        int accepted = sent;
        awaiting().until(() -> handler.sends().size() == accepted);
        awaiting().until(() -> link.send(message));
    }

    // ---- time and cancelling

    @Test
    void keepsNothingOfCallsThatAreOver() {
        Link link = link();
        List<WeakReference<RecordedOutcome>> over = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            RecordedOutcome outcome = new RecordedOutcome();
            Link.Call call = link.call(frame(ScriptedHandler.HOLD).requestId(i).build(), i % 2 == 0 ? SHORT : LONG,
                    outcome);
            if (i % 2 == 1) {
                call.cancel();
            }
            over.add(new WeakReference<>(outcome));
            if (i == 499) {
                outcome.awaitFailure();
            }
        }
        awaiting().until(() -> handler.forget() == 0 && collected(over));
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    private static boolean collected(List<WeakReference<RecordedOutcome>> over) {
        System.gc();
        // The last frame of a loop may still be on this thread's stack.
        return over.stream().filter(outcome -> outcome.get() != null).count() <= 2;
    }

    @Test
    void endsACallAtItsDeadlineAndGivesItsCreditBack() {
        Link link = link(settings(WireSettings.DEFAULT_MAX_FRAME_BYTES, 1));
        for (int i = 0; i < 5; i++) {
            RecordedOutcome outcome = new RecordedOutcome();
            link.call(frame(ScriptedHandler.HOLD).build(), SHORT, outcome);
            assertFailure(outcome, Cause.DEADLINE, Happened.PERHAPS);
        }
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void failsACallThatHasNoTimeWithoutSendingIt() {
        Link link = link();
        RecordedOutcome outcome = new RecordedOutcome();
        link.call(frame(ScriptedHandler.ECHO).build(), 0, outcome);
        assertFailure(outcome, Cause.DEADLINE, Happened.NO);
        assertThat(handler.calls()).isEmpty();
    }

    @Test
    void tellsTheHandlerWhenTheCallerGivesUp() {
        Link link = link();
        long before = Clock.SYSTEM.nanoTime();
        RecordedOutcome outcome = call(link, frame(ScriptedHandler.HOLD).build());
        awaiting().until(() -> !handler.held().isEmpty());
        ScriptedHandler.Held held = handler.held().remove();
        assertThat(held.deadlineNanos() - before).isBetween(1L, LONG + Clock.SYSTEM.nanoTime() - before);
        assertThat(held.caller().wire()).isEqualTo(link.endpoint().wire());
        held.replier().reply(held.request());
        outcome.awaitReply();
    }

    @Test
    void cancellingEndsACallAtOnceAndGivesItsCreditBack() {
        Link link = link(settings(WireSettings.DEFAULT_MAX_FRAME_BYTES, 1));
        for (int i = 0; i < 20; i++) {
            RecordedOutcome outcome = new RecordedOutcome();
            Link.Call call = link.call(frame(ScriptedHandler.HOLD).build(), LONG, outcome);
            call.cancel();
            assertThat(outcome.isTold()).isTrue();
            assertThat(outcome.awaitFailure().cause()).isEqualTo(Cause.CANCELLED);
            call.cancel();
            assertThat(outcome.times()).isOne();
        }
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void ignoresLateRepliesAndFurtherOnes() {
        Link link = link();
        RecordedOutcome late = new RecordedOutcome();
        link.call(frame(ScriptedHandler.HOLD).build(), SHORT, late);
        assertFailure(late, Cause.DEADLINE, Happened.PERHAPS);
        handler.held().forEach(held -> held.replier().reply(held.request()));
        for (int i = 0; i < 50; i++) {
            Frame request = frame(ScriptedHandler.THRICE).requestId(i).build();
            RecordedOutcome outcome = call(link, request);
            assertThat(outcome.awaitReply()).isEqualTo(request);
            assertThat(outcome.times()).isOne();
        }
        assertThat(late.times()).isOne();
    }

    // ---- faults

    @Test
    void tellsAFailureWhenTheHandlerThrowsAndGoesOn() {
        Link link = link();
        for (int i = 0; i < 3; i++) {
            WireFailure failure = call(link, frame(ScriptedHandler.THROW).build()).awaitFailure();
            assertThat(failure.cause()).isEqualTo(Cause.CORRUPT);
            assertThat(failure.happened()).isEqualTo(Happened.PERHAPS);
            assertThat(failure.message()).doesNotContain("thrown by");
            assertThat(link.send(frame(ScriptedHandler.THROW).build())).isTrue();
        }
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void survivesAnOutcomeThatThrows() {
        Link link = link();
        link.call(frame(ScriptedHandler.ECHO).build(), LONG, new Link.CallOutcome() {
            @Override
            public void reply(Frame reply) {
                throw new IllegalStateException("thrown by the test's outcome");
            }

            @Override
            public void failed(WireFailure failure) {
                throw new IllegalStateException("thrown by the test's outcome");
            }
        });
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void anObserverThatThrowsHarmsNoOtherLink() {
        Wire server = wire(settings());
        Endpoint endpoint = listen(server).endpoint();
        Wire client = wire(settings());
        Link well = RecordedLink.connect(client, listen(wire(settings())).endpoint()).link();
        RecordedLink recorded = new RecordedLink();
        client.connect(endpoint, LONG, new Wire.LinkObserver() {
            @Override
            public void opened(Link link) {
                recorded.opened(link);
            }

            @Override
            public void refused(WireFailure failure) {
                recorded.refused(failure);
            }

            @Override
            public void closed(Link link, WireFailure failure) {
                recorded.closed(link, failure);
                throw new IllegalStateException("thrown by the test's observer");
            }
        });
        assertThat(recorded.link().isOpen()).isTrue();
        server.close();
        recorded.awaitClosed();
        RecordedOutcome late = new RecordedOutcome();
        well.call(frame(ScriptedHandler.HOLD).build(), SHORT, late);
        assertFailure(late, Cause.DEADLINE, Happened.PERHAPS);
        assertThat(call(well, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void refusesToConnectWhereNobodyListens() {
        Endpoint gone = listen(wire(settings())).endpoint();
        wires.getFirst().close();
        RecordedLink recorded = RecordedLink.connect(wire(settings()), gone);
        assertThat(recorded.refusal().cause()).isEqualTo(Cause.REFUSED);
        assertThat(recorded.refusal().happened()).isEqualTo(Happened.NO);
    }

    @Test
    void endsCallsAndTellsTheObserverWhenThePeerCloses() {
        Wire server = wire(settings());
        RecordedLink recorded = RecordedLink.connect(wire(settings()), listen(server).endpoint());
        Link link = recorded.link();
        RecordedOutcome held = call(link, frame(ScriptedHandler.HOLD).build());
        awaiting().until(() -> handler.held().size() == 1);
        server.close();
        assertFailure(held, Cause.CLOSED, Happened.PERHAPS);
        assertThat(recorded.awaitClosed().cause()).isIn(Cause.CLOSED, Cause.REFUSED);
        assertThat(link.isOpen()).isFalse();
        assertFailure(call(link, frame(ScriptedHandler.ECHO).build()), Cause.CLOSED, Happened.NO);
        assertThat(link.send(frame(ScriptedHandler.ECHO).build())).isFalse();
        assertThat(recorded.timesClosed()).isOne();
    }

    @Test
    void noticesThatThePeerClosesWhileNothingIsInFlight() {
        Wire server = wire(settings());
        RecordedLink recorded = RecordedLink.connect(wire(settings()), listen(server).endpoint());
        assertThat(recorded.link().isOpen()).isTrue();
        server.close();
        recorded.awaitClosed();
        assertThat(recorded.link().isOpen()).isFalse();
    }

    @Test
    void closingALinkEndsItsCallsAndNoOthers() {
        Endpoint endpoint = listen(wire(settings())).endpoint();
        Wire client = wire(settings());
        RecordedLink first = RecordedLink.connect(client, endpoint);
        RecordedLink second = RecordedLink.connect(client, endpoint);
        List<RecordedOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            outcomes.add(call(first.link(), frame(ScriptedHandler.HOLD).build()));
        }
        first.link().close();
        first.link().close();
        outcomes.forEach(outcome -> assertThat(outcome.awaitFailure().cause()).isEqualTo(Cause.CLOSED));
        first.awaitClosed();
        assertThat(first.timesClosed()).isOne();
        assertThat(outcomes).allMatch(outcome -> outcome.times() == 1);
        assertFailure(call(first.link(), frame(ScriptedHandler.ECHO).build()), Cause.CLOSED, Happened.NO);
        assertThat(call(second.link(), frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void closingTheCallersWireEndsItsLinks() {
        Endpoint endpoint = listen(wire(settings())).endpoint();
        Wire client = wire(settings());
        RecordedLink recorded = RecordedLink.connect(client, endpoint);
        RecordedOutcome held = call(recorded.link(), frame(ScriptedHandler.HOLD).build());
        client.close();
        client.close();
        assertThat(held.awaitFailure().cause()).isEqualTo(Cause.CLOSED);
        recorded.awaitClosed();
        assertThat(recorded.link().isOpen()).isFalse();
        assertThat(RecordedLink.connect(client, endpoint).refusal().happened()).isEqualTo(Happened.NO);
    }

    @Test
    void tellsEveryCallOnceWhenItClosesWhileBusy() throws InterruptedException {
        Endpoint endpoint = listen(wire(settings())).endpoint();
        for (int round = 0; round < 10; round++) {
            Link link = RecordedLink.connect(wire(settings()), endpoint).link();
            List<RecordedOutcome> outcomes = Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 300; i++) {
                        outcomes.add(call(link, frame(ScriptedHandler.ELSEWHERE).build()));
                    }
                }));
            }
            awaiting().until(() -> outcomes.size() > 50);
            link.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(outcomes).hasSize(1_200);
            outcomes.forEach(RecordedOutcome::awaitOutcome);
            assertThat(outcomes).allMatch(outcome -> outcome.times() == 1);
        }
    }

    // ---- peers in other processes

    private WirePeer peerProcess() {
        assumeTrue(reachesOtherProcesses(), "this wire stays in one process");
        return WirePeer.start(wire(settings()).name(), listenAddress());
    }

    @Test
    void endsCallsAtOnceWhenThePeersProcessIsKilled() {
        try (WirePeer peer = peerProcess()) {
            RecordedLink busy = RecordedLink.connect(wire(settings()), peer.endpoint());
            RecordedLink idle = RecordedLink.connect(wire(settings()), peer.endpoint());
            assertThat(call(busy.link(), frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
            assertThat(idle.link().isOpen()).isTrue();
            RecordedOutcome held = new RecordedOutcome();
            busy.link().call(frame(ScriptedHandler.HOLD).build(), TimeUnit.MINUTES.toNanos(10), held);
            peer.kill();
            assertFailure(held, Cause.CLOSED, Happened.PERHAPS);
            assertThat(busy.awaitClosed().cause()).isEqualTo(Cause.REFUSED);
            assertThat(idle.awaitClosed().cause()).isEqualTo(Cause.REFUSED);
            assertThat(RecordedLink.connect(wire(settings()), peer.endpoint()).refusal().cause())
                    .isEqualTo(Cause.REFUSED);
        }
    }

    @Test
    void endsCallsAtTheirDeadlineWhileThePeersProcessIsPausedAndGoesOnAfterwards() {
        try (WirePeer peer = peerProcess()) {
            Link link = RecordedLink.connect(wire(settings()), peer.endpoint()).link();
            assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
            peer.pause();
            for (int i = 0; i < 3; i++) {
                RecordedOutcome outcome = new RecordedOutcome();
                link.call(frame(ScriptedHandler.ECHO).build(), SHORT, outcome).lend();
                assertFailure(outcome, Cause.DEADLINE, Happened.PERHAPS);
            }
            assertThat(link.isOpen()).isTrue();
            peer.resume();
            assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
        }
    }

    @Test
    void connectsAnewAfterThePeerCameBack() {
        Wire before = wire(settings());
        Endpoint endpoint = listen(before).endpoint();
        Wire client = wire(settings());
        RecordedLink old = RecordedLink.connect(client, endpoint);
        old.link();
        before.close();
        old.awaitClosed();
        wire(settings()).listen(endpoint.address(), handler);
        Link link = RecordedLink.connect(client, endpoint).link();
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
        assertThat(old.link().isOpen()).isFalse();
    }

    @Test
    void refusesAnAddressThatIsTaken() {
        Endpoint endpoint = listen(wire(settings())).endpoint();
        Wire second = wire(settings());
        assertThatThrownBy(() -> second.listen(endpoint.address(), handler)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(endpoint.address());
        Link link = RecordedLink.connect(second, endpoint).link();
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void survivesHostileBytes() throws Exception {
        Endpoint endpoint = listen(wire(settings())).endpoint();
        Link link = RecordedLink.connect(wire(settings()), endpoint).link();
        byte[] valid = FrameCodec.encode(frame(ScriptedHandler.ECHO).key("key").build(), 1, 1_000_000);
        long seed = System.nanoTime();
        System.out.println("hostile bytes with seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = valid.clone();
            for (int flips = random.nextInt(1, 8); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            bytes[3] = ScriptedHandler.ECHO;
            attack(endpoint, bytes);
        }
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void leaksNothingWhenAThousandLinksComeAndGo() {
        Endpoint endpoint = listen(wire(settings())).endpoint();
        Wire client = wire(settings());
        for (int i = 0; i < 20; i++) {
            connectCallClose(client, endpoint);
        }
        Held before = Held.now();
        for (int i = 0; i < 1_000; i++) {
            connectCallClose(client, endpoint);
        }
        awaiting().untilAsserted(() -> assertThat(Held.now().beyond(before)).isEmpty());
        wires.forEach(Wire::close);
        awaiting().until(() -> Held.now().threads() == 0);
    }

    private void connectCallClose(Wire client, Endpoint endpoint) {
        RecordedLink recorded = RecordedLink.connect(client, endpoint);
        assertThat(call(recorded.link(), frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
        recorded.link().close();
        recorded.awaitClosed();
    }

    /// What this process holds of things that leak.
    private record Held(int threads, long descriptors, long mappings, long directBytes) {
        private static final int SLACK = 8;
        private static final long SLACK_BYTES = 8 << 20;

        static Held now() {
            int threads = (int) Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().startsWith("shortwire-")).count();
            long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
            return new Held(threads, entries("/proc/self/fd"), entries("/proc/self/map_files"), direct);
        }

        /// 0 where the system does not tell.
        private static long entries(String folder) {
            String[] names = new File(folder).list();
            return names == null ? 0 : names.length;
        }

        /// What is more by more than chance.
        String beyond(Held before) {
            boolean more = threads > before.threads + 2 || descriptors > before.descriptors + SLACK
                    || mappings > before.mappings + 20L * SLACK || directBytes > before.directBytes + SLACK_BYTES;
            return more ? before + " became " + this : "";
        }
    }

    // ---- for the tests

    protected final WireSettings settings() {
        return settings(WireSettings.DEFAULT_MAX_FRAME_BYTES, WireSettings.DEFAULT_MAX_CALLS_IN_FLIGHT);
    }

    protected final WireSettings settings(int maxFrameBytes, int maxCallsInFlight) {
        return new WireSettings(Clock.SYSTEM, scheduler, maxFrameBytes, maxCallsInFlight, false, true);
    }

    /// A wire that is closed after the test.
    protected final Wire wire(WireSettings settings) {
        Wire wire = newWire(settings);
        wires.add(wire);
        return wire;
    }

    protected final Wire.Listener listen(Wire wire) {
        return wire.listen(listenAddress(), handler);
    }

    /// A link from one wire to another with those settings on both.
    protected final Link link(WireSettings settings) {
        return RecordedLink.connect(wire(settings), listen(wire(settings)).endpoint()).link();
    }

    protected final Link link() {
        return link(settings());
    }

    /// What the peers in these tests answer with.
    protected final ScriptedHandler handler() {
        return handler;
    }

    protected static Frame.Builder frame(int kind) {
        return Frame.of(kind, SENDER);
    }

    protected static RecordedOutcome call(Link link, Frame request) {
        RecordedOutcome outcome = new RecordedOutcome();
        link.call(request, LONG, outcome);
        return outcome;
    }

    protected static void assertFailure(RecordedOutcome outcome, Cause cause, Happened happened) {
        WireFailure failure = outcome.awaitFailure();
        assertThat(failure.cause()).as(failure.message()).isEqualTo(cause);
        assertThat(failure.happened()).as(failure.message()).isEqualTo(happened);
        assertThat(outcome.times()).isOne();
    }

    protected static ConditionFactory awaiting() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(2));
    }
}
