package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
import dev.shortwire.spi.Clock;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What holds of every wire with TLS that refuses a frame and keeps its link: as whom a caller is let in, and with which
/// certificate. Who is not let in, each wire says in its own words.
public abstract class TlsContractTest {
    protected static final long LONG = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    private static Path shared;

    protected static TestCertificates authority;
    /// The certificate of `node-1`.
    protected static TlsSettings one;
    /// The certificate of `node-2`, for `localhost` as well.
    protected static TlsSettings two;

    protected final ThreadScheduler scheduler = new ThreadScheduler();
    protected final List<Wire> wires = new CopyOnWriteArrayList<>();
    /// Who has called or sent, as the handlers of [#answering] were told.
    protected final List<FrameHandler.Caller> callers = new CopyOnWriteArrayList<>();

    @TempDir
    protected Path folder;

    protected abstract Wire newWire(WireSettings settings);

    /// What a failure says, besides the names, of a frame whose sender is not its caller.
    protected abstract String refusalOfASender();

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
        Wire server = wire(one);
        RecordedLink link = RecordedLink.connect(wire(two), listen(server, "node-1"));

        assertThat(call(link, "node-2").awaitReply().sender().name()).isEqualTo("node-1");
        FrameHandler.Caller caller = callers.getFirst();
        assertThat(caller.principal()).isEqualTo("node-2");
        assertThat(caller.proof().length()).isEqualTo(32);
        assertThat(caller.wire()).isEqualTo(server.name());
        assertThat(link.link().send(frame("node-2"))).isTrue();
        await().until(() -> callers.size() == 2);
    }

    @Test
    void aFrameWhoseSenderIsNotInTheCertificateIsRefused() {
        Endpoint endpoint = listen(wire(one), "node-1");
        RecordedLink link = RecordedLink.connect(wire(two), endpoint);

        RecordedOutcome outcome = call(link, "node-1");
        assertThat(outcome.awaitFailure().cause()).isEqualTo(Cause.CORRUPT);
        assertThat(outcome.awaitFailure().happened()).isEqualTo(Happened.NO);
        assertThat(outcome.awaitFailure().message()).contains(refusalOfASender(), "node-1", "[node-2, localhost]");
        assertThat(callers).isEmpty();
        assertThat(call(link, "node-2").awaitReply()).isNotNull();
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

    // ---- for those that test more of a wire

    protected final Endpoint listen(Wire wire, String repliesAs) {
        return wire.listen("127.0.0.1:0", answering(repliesAs)).endpoint();
    }

    /// Echoes under that name.
    protected final FrameHandler answering(String name) {
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

    protected final WireSettings settings(@Nullable TlsSettings tls) {
        return new WireSettings(Clock.SYSTEM, scheduler).withTls(tls == null ? null : Tls.open(tls, Clock.SYSTEM));
    }

    /// A wire with that certificate, or without TLS; it is closed after the test.
    protected final Wire wire(@Nullable TlsSettings tls) {
        Wire wire = newWire(settings(tls));
        wires.add(wire);
        return wire;
    }

    private static Sender sender(String name) {
        return new Sender(1, 2, name, 3);
    }

    protected static Frame frame(String sender) {
        return Frame.of(ScriptedHandler.ECHO, sender(sender)).build();
    }

    protected static RecordedOutcome call(RecordedLink link, String sender) {
        RecordedOutcome outcome = new RecordedOutcome();
        link.link().call(frame(sender), LONG, outcome);
        return outcome;
    }

    /// Why the client does not get a link.
    protected static String refusal(Wire client, Endpoint endpoint) {
        return RecordedLink.connect(client, endpoint).refusal().message();
    }
}
