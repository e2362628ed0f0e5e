package dev.shortwire.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.RecordedLink;
import dev.shortwire.testkit.RecordedOutcome;
import dev.shortwire.testkit.ScriptedHandler;
import dev.shortwire.testkit.TestCertificates;
import dev.shortwire.testkit.ThreadScheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TcpTlsTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    static Path folder;

    private static TestCertificates authority;
    private static TlsSettings one;
    private static TlsSettings two;

    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final ScriptedHandler handler = new ScriptedHandler();
    private final List<Wire> wires = new ArrayList<>();

    @BeforeAll
    static void issue() {
        authority = new TestCertificates(folder);
        one = authority.node("node-1");
        two = authority.node("node-2");
    }

    @AfterEach
    void closeAll() {
        wires.forEach(Wire::close);
        scheduler.close();
    }

    private Wire wire(@Nullable TlsSettings tls) {
        WireSettings settings = new WireSettings(Clock.SYSTEM, scheduler)
                .withTls(tls == null ? null : Tls.open(tls, Clock.SYSTEM));
        Wire wire = new TcpWireProvider().create(settings);
        wires.add(wire);
        return wire;
    }

    private Endpoint listening() {
        return wire(one).listen("", handler).endpoint();
    }

    /// At somebody who may answer as either node, since an echo has the name of who called.
    private Endpoint echoing() {
        return wire(authority.issue("both", "dns:node-1,dns:node-2")).listen("", handler).endpoint();
    }

    private static Frame.Builder from(String name) {
        return Frame.of(ScriptedHandler.ECHO, new Sender(1, 2, name, 3));
    }

    private static RecordedOutcome call(Link link, Frame frame) {
        RecordedOutcome outcome = new RecordedOutcome();
        link.call(frame, LONG, outcome);
        return outcome;
    }

    @Test
    void carriesCallsOfAllLengthsAndNamesThePeer() {
        Link link = RecordedLink.connect(wire(two), echoing()).link();
        byte[] longest = new byte[Limits.MAX_VALUE_BYTES];
        new SplittableRandom(1).nextBytes(longest);
        List<RecordedOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            outcomes.add(call(link, from("node-2").requestId(i).payload(Bytes.adopt(new byte[i * 17])).build()));
        }
        Frame big = from("node-2").payload(Bytes.adopt(longest)).build();
        assertThat(call(link, big).awaitReply().equals(big)).isTrue();
        for (int i = 0; i < 500; i++) {
            assertThat(outcomes.get(i).awaitReply().requestId()).isEqualTo(i);
        }
        call(link, Frame.of(ScriptedHandler.HOLD, big.sender()).build());
        await().atMost(Duration.ofSeconds(30)).until(() -> !handler.held().isEmpty());
        assertThat(handler.held().remove().caller().principal()).isEqualTo("node-2");
    }

    @Test
    void closesAPeerThatSendsUnderANameThatItsCertificateDoesNotHave() {
        RecordedLink recorded = RecordedLink.connect(wire(two), listening());
        WireFailure failure = call(recorded.link(), from("node-1").build()).awaitFailure();
        assertThat(failure.cause()).isEqualTo(WireFailure.Cause.CLOSED);
        recorded.awaitClosed();
        assertThat(handler.calls()).isEmpty();
    }

    @Test
    void leavesAPeerThatAnswersUnderANameThatItsCertificateDoesNotHave() {
        RecordedLink recorded = RecordedLink.connect(wire(two), listening());
        WireFailure failure = call(recorded.link(), from("node-2").build()).awaitFailure(); // the echo is of node-1
        assertThat(failure.cause()).isEqualTo(WireFailure.Cause.CORRUPT);
        assertThat(failure.happened()).isEqualTo(WireFailure.Happened.PERHAPS);
        assertThat(failure.message()).contains("\"node-2\"", "\"node-1\"");
        recorded.awaitClosed();
        assertThat(handler.calls()).hasSize(1);
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        TlsSettings foreign = new TestCertificates(Files.createDirectory(folder.resolve("others"))).node("node-2");
        RecordedLink refused = RecordedLink.connect(wire(foreign), listening());
        assertThat(refused.refusal().happened()).isEqualTo(WireFailure.Happened.NO);
        assertThat(handler.calls()).isEmpty();
    }

    @Test
    void refusesAPeerWithoutTlsInBothDirections() {
        Endpoint encrypted = listening();
        assertThat(RecordedLink.connect(wire(null), encrypted).refusal()).isNotNull();
        Endpoint plain = wire(null).listen("", handler).endpoint();
        assertThat(RecordedLink.connect(wire(one), plain).refusal()).isNotNull();
        assertThat(handler.calls()).isEmpty();
    }
}
