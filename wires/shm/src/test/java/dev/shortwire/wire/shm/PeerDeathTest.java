package dev.shortwire.wire.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.RecordedLink;
import dev.shortwire.testkit.RecordedOutcome;
import dev.shortwire.testkit.ScriptedHandler;
import dev.shortwire.testkit.ThreadScheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.UnixAddress;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real processes that are killed, and what remains of them.
@Timeout(60)
final class PeerDeathTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final Wire wire = new ShmWireProvider().create(new WireSettings(Clock.SYSTEM, scheduler));

    @AfterEach
    void close() {
        wire.close();
        scheduler.close();
        awaiting().until(() -> Resources.now().mappings() == 0 && Resources.now().threads() == 0);
    }

    private static ConditionFactory awaiting() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5));
    }

    @Test
    void aKilledPeerIsNoticedWhileNothingIsInFlight() throws Exception {
        try (ChildJava peer = ChildJava.start(PeerProcess.class)) {
            String address = peer.lineAfter(PeerProcess.AT);
            RecordedLink link = RecordedLink.connect(wire, new Endpoint("shm", address));
            assertThat(link.link().isOpen()).isTrue();
            peer.kill();
            assertThat(link.awaitClosed().cause()).isEqualTo(Cause.REFUSED);
            assertThat(RecordedLink.connect(wire, new Endpoint("shm", address)).refusal().cause())
                    .isEqualTo(Cause.REFUSED);
            sweepsWhatItLeft(UnixAddress.parse(address).path());
        }
    }

    /// Whoever listens next in the folder that all wires of a user share removes it: here, or another program meanwhile.
    private void sweepsWhatItLeft(Path file) {
        Wire.Listener next = wire.listen("", new ScriptedHandler());
        assertThat(Files.exists(file)).isFalse();
        next.close();
        Wire.Listener there = wire.listen(file.toString(), new ScriptedHandler());
        assertThat(Files.exists(file)).isTrue();
        there.close();
        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    void aListenerIsReplacedAtItsPathAfterItWasKilled() throws Exception {
        try (ChildJava peer = ChildJava.start(PeerProcess.class)) {
            String address = peer.lineAfter(PeerProcess.AT);
            peer.kill();
            wire.listen(address, new ScriptedHandler());
            assertThat(RecordedLink.connect(wire, new Endpoint("shm", address)).link().isOpen()).isTrue();
        }
    }

    @Test
    void aKilledCallerLeavesNothingBehind() throws Exception {
        Wire.Listener listener = wire.listen("", new ScriptedHandler());
        try (ChildJava peer = ChildJava.start(PeerProcess.class, listener.endpoint().address())) {
            peer.lineAfter(PeerProcess.CALLED);
            assertThat(Resources.now().mappings()).isOne();
            peer.kill();
            awaiting().until(() -> Resources.now().mappings() == 0);
        }
    }

    @Test
    void manyLinksLeaveNeitherMemoryNorFilesBehind(@TempDir Path folder) throws Exception {
        Wire.Listener listener = wire.listen(folder.resolve("many").toString(), new ScriptedHandler());
        for (int i = 0; i < 100; i++) {
            connectCallClose(listener.endpoint());
        }
        awaiting().until(() -> Resources.now().mappings() == 0);
        assertThat(namesIn(folder)).containsExactly("many", "many.lock");
        listener.close();
        assertThat(folder).isEmptyDirectory();
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void connectCallClose(Endpoint endpoint) {
        RecordedLink link = RecordedLink.connect(wire, endpoint);
        RecordedOutcome outcome = new RecordedOutcome();
        link.link().call(PeerProcess.frame(ScriptedHandler.ECHO), LONG, outcome);
        outcome.awaitReply();
        link.link().close();
        link.awaitClosed();
    }
}
