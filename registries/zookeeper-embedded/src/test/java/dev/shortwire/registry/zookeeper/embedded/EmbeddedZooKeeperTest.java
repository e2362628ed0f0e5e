package dev.shortwire.registry.zookeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.HostPort;
import dev.shortwire.registry.zookeeper.embedded.EmbeddedZooKeeper.Start;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starting, binding and ending of the servers.
final class EmbeddedZooKeeperTest {
    @TempDir
    Path dir;

    @Test
    void leavesNoThreadBehind() {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        Ensemble ensemble = Ensemble.start(dir.resolve("three"));
        EmbeddedZooKeeper alone = EmbeddedZooKeeper.standalone(dir.resolve("one"), FreePorts.take(1)[0]);
        assertThat(Probe.serves(alone.uri().getRawAuthority())).isTrue();
        ensemble.close();
        alone.close();
        alone.close();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread) && !isOfTheTest(thread)).isEmpty());
    }

    @Test
    void listensOnLoopbackOnly() throws IOException {
        Ensemble ensemble = Ensemble.start(dir);
        try {
            List<InetAddress> others = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress()).toList();
            List<Integer> ports = ensemble.servers.stream().flatMap(
                    server -> List.of(server.clientPort(), server.peerPort(), server.electionPort()).stream()).toList();
            for (InetAddress address : others) {
                for (int port : ports) {
                    assertThat(accepts(address, port)).as("%s:%d", address, port).isFalse();
                }
            }
            assertThat(accepts(InetAddress.ofLiteral("127.0.0.1"), ports.getFirst())).isTrue();
        } finally {
            ensemble.close();
        }
    }

    @Test
    void leavesNoConfigurationFileInItsFolder() throws IOException {
        Path left = Files.createFile(Files.createDirectories(dir).resolve("zookeeper.configuration123.properties"));
        EmbeddedZooKeeper server = EmbeddedZooKeeper.standalone(dir, FreePorts.take(1)[0]);
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(left).doesNotExist();
            assertThat(files).noneMatch(file -> file.getFileName().toString().endsWith(".properties"));
            assertThat(Probe.serves(server.uri().getRawAuthority())).isTrue();
        } finally {
            server.close();
        }
    }

    @Test
    void aTakenPortIsAnErrorThatNamesIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedZooKeeper.standalone(dir, taken.getLocalPort()))
                    .isInstanceOf(ConfigurationException.class).hasMessageContaining("port " + taken.getLocalPort());
        }
    }

    @Test
    void listensWhereItIsToldAndNowhereElse() throws IOException {
        int port = FreePorts.take(1)[0];
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.standalone(dir, new HostPort("127.0.0.2", port))) {
            assertThat(server.uri()).hasToString("zookeeper://127.0.0.2:" + port);
            assertThat(Probe.serves("127.0.0.2:" + port)).isTrue();
            new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1")).close();
        }
        assertThatThrownBy(() -> EmbeddedZooKeeper.standalone(dir, new HostPort("192.0.2.1", port)))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("192.0.2.1");
    }

    @Test
    void serversAreReadFromTextAndCheckedBeforeTheyStart() {
        EnsembleServer server = EnsembleServer.parse("2=127.0.0.1:1001:1002:1003");
        assertThat(server).isEqualTo(new EnsembleServer(2, "127.0.0.1", 1001, 1002, 1003));
        assertThat(server).hasToString("2=127.0.0.1:1001:1002:1003");
        EnsembleServer six = new EnsembleServer(3, "::1", 1001, 1002, 1003);
        assertThat(six).hasToString("3=[::1]:1001:1002:1003");
        assertThat(EnsembleServer.parse(six.toString())).isEqualTo(six);
        for (String wrong : List.of("", "2", "2=::1:1:2:3", "2=[::1:1:2:3", "2=[]:1:2:3", "0=127.0.0.1:1:2:3",
                "2=10.0.0.1:1:2:3", "2=127.0.0.1:1:1:3",
                "2=127.0.0.1:1:2:x", "2=127.0.0.1:1:2:70000")) {
            assertThatThrownBy(() -> EnsembleServer.parse(wrong)).as(wrong).isInstanceOf(ConfigurationException.class);
        }
        assertThatThrownBy(() -> EmbeddedZooKeeper.of(List.of(server), 3, dir, Start.FIRST))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("id=3 is not among");
    }

    private static boolean isOfTheTest(Thread thread) {
        return Set.of("awaitility-thread", "ForkJoinPool", "Common-Cleaner", "process reaper").stream()
                .collect(Collectors.filtering(thread.getName()::startsWith, Collectors.counting())) > 0
                || thread.getName().startsWith("junit");
    }

    private static boolean accepts(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
