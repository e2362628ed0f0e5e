package dev.shortwire.registry.zookeeper.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks whether servers serve: a session is only given by a leader with a majority behind it.
final class Probe {
    private static final Logger LOG = LoggerFactory.getLogger(Probe.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Probe() {}

    /// Whether one of `servers` gives a session within 10 s. Blocks as long.
    @SuppressWarnings("try") // close() may be interrupted, which is caught
    static boolean serves(String servers) {
        CountDownLatch connected = new CountDownLatch(1);
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        try (ZooKeeper client = new ZooKeeper(servers, (int) TIMEOUT.toMillis(), event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        }, config)) {
            return connected.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            LOG.warn("the other registry servers can't be asked", e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
