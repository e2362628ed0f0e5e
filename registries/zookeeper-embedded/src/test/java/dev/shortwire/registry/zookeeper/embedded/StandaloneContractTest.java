package dev.shortwire.registry.zookeeper.embedded;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The contract on one embedded server.
final class StandaloneContractTest extends ZooKeeperContract {
    private static EmbeddedZooKeeper server;
    private static int port;

    @BeforeAll
    static void startServer(@TempDir Path dir) {
        port = FreePorts.take(1)[0];
        server = EmbeddedZooKeeper.standalone(dir, port);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    List<Integer> ports() {
        return List.of(port);
    }
}
