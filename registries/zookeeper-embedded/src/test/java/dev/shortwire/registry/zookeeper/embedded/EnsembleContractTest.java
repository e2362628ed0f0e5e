package dev.shortwire.registry.zookeeper.embedded;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The contract on an ensemble of three embedded servers.
final class EnsembleContractTest extends ZooKeeperContract {
    private static Ensemble ensemble;

    @BeforeAll
    static void startServers(@TempDir Path dir) {
        ensemble = Ensemble.start(dir);
    }

    @AfterAll
    static void stopServers() {
        ensemble.close();
    }

    @Override
    List<Integer> ports() {
        return ensemble.ports();
    }
}
