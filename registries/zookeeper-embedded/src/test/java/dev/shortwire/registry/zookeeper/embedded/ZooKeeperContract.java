package dev.shortwire.registry.zookeeper.embedded;

import dev.shortwire.registry.Registry;
import dev.shortwire.registry.RegistryProvider.RegistrySettings;
import dev.shortwire.registry.zookeeper.ZooKeeperRegistryProvider;
import dev.shortwire.testkit.RegistryContractTest;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;

/// The contract on real servers. Each client reaches them through proxies of its own, which can be cut; each test has a
/// chroot of its own.
abstract class ZooKeeperContract extends RegistryContractTest {
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final String chroot = "/test" + TESTS.incrementAndGet();
    private final Map<Registry, List<TcpProxy>> proxies = new ConcurrentHashMap<>();

    /// The client ports of the servers.
    abstract List<Integer> ports();

    @Override
    protected Registry open(RegistrySettings settings) {
        List<TcpProxy> ways = ports().stream().map(TcpProxy::new).toList();
        String servers = ways.stream().map(way -> "127.0.0.1:" + way.port()).collect(Collectors.joining(","));
        Registry registry = new ZooKeeperRegistryProvider().create(URI.create("zookeeper://" + servers + chroot),
                settings);
        proxies.put(registry, ways);
        return registry;
    }

    @AfterEach
    void closeProxies() {
        proxies.keySet().forEach(Registry::close);
        proxies.values().forEach(ways -> ways.forEach(TcpProxy::close));
    }

    @Override
    protected Faults faults() {
        return new Faults() {
            @Override
            public void disconnect(Registry client) {
                ways(client).forEach(TcpProxy::cut);
            }

            @Override
            public void reconnect(Registry client) {
                ways(client).forEach(TcpProxy::mend);
            }

            @Override
            @SuppressWarnings("try") // close() may be interrupted, which is caught
            public void expire(Registry client) {
                try (ZooKeeper zooKeeper = connect()) {
                    int before = presences(zooKeeper);
                    disconnect(client);
                    until(() -> presences(zooKeeper) < before);
                    reconnect(client);
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    /// A plain client, to look into the tree or to spoil it.
    final ZooKeeper connect() throws IOException {
        return new ZooKeeper("127.0.0.1:" + ports().getFirst(), 5_000, event -> {});
    }

    /// Where the registry keeps what it keeps.
    final String root() {
        return chroot + "/shortwire/contract";
    }

    private int presences(ZooKeeper zooKeeper) {
        try {
            return zooKeeper.getChildren(root() + "/members", false).size();
        } catch (KeeperException.ConnectionLossException e) {
            return Integer.MAX_VALUE;
        } catch (KeeperException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private List<TcpProxy> ways(Registry client) {
        return Objects.requireNonNull(proxies.get(client));
    }
}
