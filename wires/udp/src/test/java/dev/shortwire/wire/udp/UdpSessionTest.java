package dev.shortwire.wire.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.RecordedLink;
import dev.shortwire.testkit.RecordedOutcome;
import dev.shortwire.testkit.ScriptedHandler;
import dev.shortwire.testkit.TestCertificates;
import dev.shortwire.testkit.ThreadScheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireSettings;
import dev.shortwire.wire.udp.DropCounts.Reason;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What datagrams add to a link: keys, replays, losses, and the way back to the stream.
final class UdpSessionTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(60);
    private static final Sender SENDER = new Sender(1, 2, "node-2", 3);

    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final ScriptedHandler handler = new ScriptedHandler();
    private final List<UdpWire> wires = new ArrayList<>();
    private final List<TamperedPort> ports = new CopyOnWriteArrayList<>();
    private final long seed = System.nanoTime();
    private volatile boolean opensNumbPorts;

    @AfterEach
    void closeAll() {
        wires.forEach(UdpWire::close);
        scheduler.close();
    }

    private UdpWire wire(TlsSettings tls) {
        return wire(SessionLimits.DEFAULT, settings().withTls(Tls.open(tls, Clock.SYSTEM)));
    }

    private UdpWire wire(SessionLimits limits, WireSettings settings) {
        UdpWire wire = new UdpWire(settings, limits, (address, number) -> {
            TamperedPort port = new TamperedPort(address, number, seed);
            if (opensNumbPorts) {
                port.numb();
            }
            ports.add(port);
            return port;
        });
        wires.add(wire);
        return wire;
    }

    private WireSettings settings() {
        return new WireSettings(Clock.SYSTEM, scheduler);
    }

    private UdpWire wire() {
        return wire(SessionLimits.DEFAULT, settings());
    }

    private static ConditionFactory awaiting() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(2));
    }

    private static Frame.Builder frame(int kind) {
        return Frame.of(kind, SENDER);
    }

    private static RecordedOutcome call(Link link, Frame frame) {
        return call(link, frame, LONG);
    }

    private static RecordedOutcome call(Link link, Frame frame, long timeoutNanos) {
        RecordedOutcome outcome = new RecordedOutcome();
        link.call(frame, timeoutNanos, outcome);
        return outcome;
    }

    /// A link from `client` to `server` that uses datagrams.
    private UdpLink link(UdpWire client, UdpWire server) {
        Endpoint endpoint = server.listen("", handler).endpoint();
        UdpLink link = (UdpLink) RecordedLink.connect(client, endpoint).link();
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
        awaiting().until(link::usesDatagrams);
        handler.forget();
        return link;
    }

    /// The port of the end that connected: the last one that was opened.
    private TamperedPort clientPort() {
        return ports.getLast();
    }

    @Test
    void carriesRepeatableCallsAsDatagramsAndAllOthersOverTheStream() {
        UdpLink link = link(wire(), wire());
        int before = clientPort().sent().size();
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
        awaiting().until(() -> clientPort().sent().size() == before + 1);
        link.call(frame(ScriptedHandler.HOLD).build(), LONG, new Link.CallOutcome() {
            @Override
            public void reply(Frame reply) {}

            @Override
            public void failed(WireFailure failure) {}
        });
        assertThat(link.send(frame(ScriptedHandler.ECHO).build())).isTrue();
        awaiting().until(() -> handler.held().size() == 1 && handler.sends().size() == 1);
        assertThat(clientPort().sent()).hasSize(before + 1);
    }

    @Test
    void dropsReplayedDatagramsAndRunsNothingTwice() throws IOException {
        UdpWire server = wire();
        UdpLink link = link(wire(), server);
        for (int i = 0; i < 20; i++) {
            assertThat(call(link, frame(ScriptedHandler.ECHO).requestId(i).build()).awaitReply()).isNotNull();
        }
        List<TamperedPort.Sent> sent = List.copyOf(clientPort().sent());
        int received = clientPort().received();
        for (TamperedPort.Sent one : sent) {
            clientPort().inject(one.bytes(), one.to());
            clientPort().inject(one.bytes(), one.to());
        }
        awaiting().until(() -> server.drops().of(Reason.REPLAYED) == 2L * sent.size());
        assertThat(handler.calls()).hasSize(20);
        assertThat(clientPort().received()).isEqualTo(received);
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void answersNothingToForgedAndTruncatedDatagrams() throws IOException {
        UdpWire server = wire();
        UdpLink link = link(wire(), server);
        TamperedPort.Sent valid = clientPort().sent().getLast();
        int received = clientPort().received();
        System.out.println("forged datagrams with seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = valid.bytes().clone();
            if (i % 2 == 0) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            } else {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            clientPort().inject(bytes, valid.to());
            int dropped = i + 1;
            awaiting().until(() -> server.drops().all() == dropped);
        }
        assertThat(server.drops().of(Reason.FORGED)).isPositive();
        assertThat(handler.calls()).isEmpty();
        assertThat(clientPort().received()).isEqualTo(received);
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void dropsWhatComesFromAnotherAddress() throws IOException {
        UdpWire server = wire();
        UdpLink link = link(wire(), server);
        clientPort().tamper(100);
        RecordedOutcome outcome = call(link, frame(ScriptedHandler.ECHO).build());
        awaiting().until(() -> !outcome.isTold() && !clientPort().sent().isEmpty());
        TamperedPort.Sent fresh = clientPort().sent().getLast();
        try (DatagramSocket other = new DatagramSocket()) {
            other.send(new DatagramPacket(fresh.bytes(), fresh.bytes().length, fresh.to()));
        }
        awaiting().until(() -> server.drops().of(Reason.OTHER_ADDRESS) == 1);
        assertThat(outcome.awaitReply()).isNotNull();
        assertThat(handler.calls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 15, 30})
    void answersEveryCallOnceWhateverTheNetworkLoses(int percent) {
        System.out.println("lossy network with seed " + seed);
        UdpLink link = link(wire(), wire());
        ports.forEach(port -> port.tamper(percent));
        int count = 1_000;
        List<RecordedOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int kind = i % 4 == 0 ? ScriptedHandler.ELSEWHERE : ScriptedHandler.ECHO;
            outcomes.add(call(link, frame(kind).requestId(i).build()));
            if (i % 10 == 9) {
                outcomes.get(i - 5).awaitOutcome();
            }
        }
        for (int i = 0; i < count; i++) {
            assertThat(outcomes.get(i).awaitReply().requestId()).isEqualTo(i);
            assertThat(outcomes.get(i).times()).isOne();
        }
        assertThat(handler.calls()).hasSize(count).extracting(Frame::requestId).doesNotHaveDuplicates();
    }

    @Test
    void asksAgainWithoutASecondRunWhileThePeerIsAtWork() {
        UdpLink link = link(wire(), wire());
        RecordedOutcome outcome = call(link, frame(ScriptedHandler.HOLD).build());
        int before = clientPort().sent().size();
        awaiting().until(() -> clientPort().sent().size() >= before + 3);
        assertThat(handler.held()).hasSize(1);
        handler.held().forEach(held -> held.replier().reply(held.request()));
        assertThat(outcome.awaitReply()).isNotNull();
        assertThat(handler.calls()).hasSize(1);
    }

    @Test
    void goesOnOverTheStreamWhereTheReplyIsTooLongForADatagram() {
        UdpLink link = link(wire(), wire());
        RecordedOutcome outcome = call(link, frame(ScriptedHandler.HOLD).build());
        awaiting().until(() -> handler.held().size() == 1);
        Frame big = frame(100).payload(Bytes.adopt(new byte[1 << 20])).build();
        handler.held().forEach(held -> held.replier().reply(big));
        assertThat(outcome.awaitReply().equals(big)).isTrue();
        assertThat(handler.calls()).hasSize(1);
    }

    @Test
    void worksWhereNoDatagramPasses() {
        UdpWire client = wire();
        UdpWire server = wire();
        Endpoint endpoint = server.listen("", handler).endpoint();
        ports.getFirst().tamper(100);
        UdpLink link = (UdpLink) RecordedLink.connect(client, endpoint).link();
        call(link, frame(ScriptedHandler.ECHO).build()).awaitReply();
        awaiting().until(() -> ports.size() == 2 && clientPort().sent().size() == ClientSession.MAX_PINGS);
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
        assertThat(link.usesDatagrams()).isFalse();
    }

    @Test
    void goesBackToTheStreamWhenThePathBreaks() {
        UdpLink link = link(wire(), wire());
        ports.forEach(port -> port.tamper(100));
        for (int i = 0; i < 8; i++) {
            assertThat(call(link, frame(ScriptedHandler.ECHO).requestId(i).build()).awaitReply().requestId())
                    .isEqualTo(i);
        }
        assertThat(link.usesDatagrams()).isFalse();
        assertThat(handler.calls()).hasSize(8);
        ports.forEach(port -> port.tamper(0));
        awaiting().until(() -> {
            call(link, frame(ScriptedHandler.ECHO).build()).awaitReply();
            return link.usesDatagrams();
        });
    }

    /// The client's clock runs slower, so that a slow machine has time.
    @Test
    void answersCallsWithoutTimeForAllRepetitionsWhenThePathBreaks() {
        Clock slow = new Clock() {
            @Override
            public long nanoTime() {
                return System.nanoTime() / 40;
            }

            @Override
            public long wallMillis() {
                return System.currentTimeMillis();
            }
        };
        UdpLink link = link(wire(SessionLimits.DEFAULT, new WireSettings(slow, scheduler)), wire());
        ports.forEach(port -> port.tamper(100));
        for (int i = 0; i < 5; i++) {
            Frame request = frame(ScriptedHandler.ECHO).requestId(i).build();
            assertThat(call(link, request, TimeUnit.MILLISECONDS.toNanos(50)).awaitReply().requestId()).isEqualTo(i);
        }
        assertThat(link.usesDatagrams()).isFalse();
        assertThat(handler.calls()).hasSize(5);
    }

    @Test
    void staysOnTheStreamWhereAReceiverCannotBeWoken() {
        UdpWire server = wire();
        Endpoint endpoint = server.listen("", handler).endpoint();
        opensNumbPorts = true;
        UdpLink link = (UdpLink) RecordedLink.connect(wire(), endpoint).link();
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
        assertThat(link.usesDatagrams()).isFalse();
        assertThat(server.sessions()).isZero();
        assertThatThrownBy(() -> clientPort().receive(new byte[1])).isInstanceOf(IOException.class);
    }

    @Test
    void goesOnOverTheStreamWhenThePortIsLost() {
        UdpLink link = link(wire(), wire());
        clientPort().close();
        for (int i = 0; i < 8; i++) {
            assertThat(call(link, frame(ScriptedHandler.ECHO).requestId(i).build()).awaitReply().requestId())
                    .isEqualTo(i);
        }
        assertThat(link.usesDatagrams()).isFalse();
    }

    @Test
    void provesThatAReceiverIsWokenThoughStrangersSend() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (SocketPort port = new SocketPort(loopback, 0); DatagramSocket other = new DatagramSocket()) {
            other.send(new DatagramPacket(new byte[9], 9, loopback, port.number()));
            port.proveWake();
            port.wake();
            assertThat(port.receive(new byte[9])).isZero();
        }
    }

    @Test
    void refusesMoreCallsThanTheListenerHasRoomFor() {
        WireSettings small = new WireSettings(Clock.SYSTEM, scheduler, 1 << 20, 1, false, true);
        int most = 1 + 4 + 1024; // what a session takes
        UdpLink link = link(wire(), wire(SessionLimits.DEFAULT, small));
        List<Link.Call> given = new ArrayList<>();
        for (int i = 1; i < most; i++) {
            given.add(link.call(frame(ScriptedHandler.HOLD).requestId(i).build(), LONG, new RecordedOutcome()));
            if (i % 32 == 0 || i == most - 1) {
                int count = i;
                awaiting().until(() -> handler.held().size() == count);
                given.forEach(Link.Call::cancel); // which the listener does not learn of
                given.clear();
            }
        }
        int before = clientPort().received();
        WireFailure failure = call(link, frame(ScriptedHandler.ECHO).build()).awaitFailure();
        assertThat(failure.cause()).isEqualTo(WireFailure.Cause.BUSY);
        assertThat(failure.happened()).isEqualTo(WireFailure.Happened.NO);
        assertThat(clientPort().received()).isGreaterThan(before);
        assertThat(handler.calls()).hasSize(most - 1);
        handler.held().forEach(held -> held.replier().reply(held.request()));
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
    }

    @Test
    void keepsNoReplyBeyondTheDeadlineOfItsCall() {
        UdpWire server = wire();
        UdpLink link = link(wire(), server);
        int before = clientPort().received();
        Frame request = frame(ScriptedHandler.ECHO).build();
        assertThat(call(link, request, TimeUnit.SECONDS.toNanos(2)).awaitReply()).isNotNull();
        assertThat(clientPort().received()).isGreaterThan(before);
        awaiting().until(() -> server.keptBytes() == 0);
        assertThat(server.sessions()).isOne();
    }

    @Test
    void readsForACallerThatAnnouncedToAndDoesNot() {
        UdpLink link = link(wire(), wire());
        awaiting().until(() -> !link.isRead());
        int before = clientPort().received();
        for (int i = 0; i < 2; i++) { // a third one without an answer would have the path tried, and so read
            RecordedOutcome outcome = new RecordedOutcome();
            link.call(frame(ScriptedHandler.ECHO).build(), LONG, new Link.CallOutcome() {
                @Override
                public void reply(Frame reply) {
                    outcome.reply(reply);
                }

                @Override
                public void failed(WireFailure failure) {
                    outcome.failed(failure);
                }

                @Override
                public boolean lends() {
                    return true;
                }

                @Override
                public boolean mayRepeat() {
                    return true;
                }
            });
            assertThat(outcome.awaitReply()).isNotNull();
        }
        assertThat(clientPort().received()).isGreaterThan(before);
    }

    @Test
    void forgetsTheSessionsOfAPeerThatIsGone() throws IOException {
        UdpWire server = wire();
        UdpLink link = link(wire(), server);
        TamperedPort.Sent sent = clientPort().sent().getLast();
        link.close();
        awaiting().until(() -> server.sessions() == 0);
        try (DatagramSocket other = new DatagramSocket()) {
            other.send(new DatagramPacket(sent.bytes(), sent.bytes().length, sent.to()));
        }
        awaiting().until(() -> server.drops().of(Reason.UNKNOWN_SESSION) == 1);
        assertThat(handler.calls()).isEmpty();
    }

    @Test
    void takesOtherKeysInTimeAndNumbersNoPacketTwice() {
        SessionLimits limits = new SessionLimits(40, 100, TimeUnit.HOURS.toNanos(1));
        UdpLink link = link(wire(limits, settings()), wire(limits, settings()));
        Set<Long> ids = new HashSet<>();
        awaiting().until(() -> {
            assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
            clientPort().sent().forEach(one -> ids.add(ByteBuffer.wrap(one.bytes()).getLong()));
            return ids.size() >= 3;
        });
        Set<ByteBuffer> headers = new HashSet<>();
        for (TamperedPort.Sent one : clientPort().sent()) {
            ByteBuffer header = ByteBuffer.wrap(one.bytes(), 0, Packet.HEADER_BYTES);
            assertThat(header.getLong(Long.BYTES)).isBetween(0L, 99L);
            assertThat(headers.add(header)).isTrue();
        }
    }

    @Test
    void issuesKeysOverTlsToWhomTheCertificateNames(@TempDir Path folder) {
        TestCertificates authority = new TestCertificates(folder);
        UdpLink link = link(wire(authority.node("node-2")),
                wire(authority.issue("both", "dns:node-1,dns:node-2"))); // an echo is of node-2
        assertThat(link.endpoint().address()).startsWith("127.0.0.1:");
        int before = clientPort().sent().size();
        call(link, frame(ScriptedHandler.HOLD).build());
        awaiting().until(() -> handler.held().size() == 1);
        assertThat(clientPort().sent()).hasSizeGreaterThan(before);
        assertThat(handler.held().remove().caller().principal()).isEqualTo("node-2");
    }

    @Test
    void leavesAPeerThatAnswersInADatagramUnderANameThatItsCertificateDoesNotHave(@TempDir Path folder) {
        TestCertificates authority = new TestCertificates(folder);
        Sender itself = new Sender(1, 2, "node-1", 3);
        AtomicBoolean lies = new AtomicBoolean();
        Endpoint endpoint = wire(authority.node("node-1")).listen("", new FrameHandler() {
            @Override
            public void onCall(Frame request, Caller caller, long deadlineNanos, Replier replier) {
                replier.reply(Frame.of(ScriptedHandler.ECHO, lies.get() ? SENDER : itself).build());
            }

            @Override
            public void onSend(Frame message, Caller caller) {}
        }).endpoint();
        RecordedLink recorded = RecordedLink.connect(wire(authority.node("node-2")), endpoint);
        UdpLink link = (UdpLink) recorded.link();
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
        awaiting().until(link::usesDatagrams);
        assertThat(call(link, frame(ScriptedHandler.ECHO).build()).awaitReply()).isNotNull();
        int before = clientPort().received();

        lies.set(true);
        WireFailure failure = call(link, frame(ScriptedHandler.ECHO).build()).awaitFailure();
        assertThat(clientPort().received()).isGreaterThan(before);
        assertThat(failure.cause()).isEqualTo(WireFailure.Cause.CORRUPT);
        assertThat(failure.happened()).isEqualTo(WireFailure.Happened.PERHAPS);
        assertThat(failure.message()).contains("\"node-2\"", "\"node-1\"");
        recorded.awaitClosed();
        assertThat(link.isOpen()).isFalse();
    }

    @Test
    void refusesPlainTcpAndSaysWhatToDo() {
        UdpWire wire = wire();
        assertThatThrownBy(() -> wire.listen("127.0.0.1:0", handler)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("configure tls");
        RecordedLink refused = RecordedLink.connect(wire, new Endpoint("udp", "127.0.0.1:1"));
        assertThat(refused.refusal().message()).contains("configure tls");
    }
}
