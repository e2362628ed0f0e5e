package dev.shortwire.registry.zookeeper.embedded;

import dev.shortwire.registry.zookeeper.embedded.EmbeddedZooKeeper.Start;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Three servers in this process.
final class Ensemble implements AutoCloseable {
    final List<EnsembleServer> servers = new ArrayList<>();
    private final Map<Integer, EmbeddedZooKeeper> running = new TreeMap<>();
    private final Path dir;

    private Ensemble(Path dir) {
        this.dir = dir;
    }

    static Ensemble start(Path dir) {
        Ensemble ensemble = new Ensemble(dir);
        int[] ports = FreePorts.take(9);
        for (int id = 1; id <= 3; id++) {
            ensemble.servers.add(
                    new EnsembleServer(id, "127.0.0.1", ports[id * 3 - 3], ports[id * 3 - 2], ports[id * 3 - 1]));
        }
        for (int id = 1; id <= 3; id++) {
            ensemble.start(id, Start.FIRST);
        }
        return ensemble;
    }

    void start(int id, Start start) {
        running.put(id, EmbeddedZooKeeper.of(servers, id, dirOf(id), start));
    }

    Path dirOf(int id) {
        return dir.resolve("server-" + id);
    }

    void stop(int id) {
        EmbeddedZooKeeper server = running.remove(id);
        if (server != null) {
            server.close();
        }
    }

    List<Integer> ports() {
        return servers.stream().map(EnsembleServer::clientPort).toList();
    }

    @Override
    public void close() {
        List.copyOf(running.keySet()).forEach(this::stop);
    }
}
