package dev.shortwire.registry.zookeeper.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.PurgeTxnLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes, once an hour, all but the last three snapshots and the logs that they need. ZooKeeper's own timer does the
/// same, but an embedded server does not stop it. Owns one daemon thread.
final class Purge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Purge.class);
    private static final int SNAPSHOTS = 3;

    private final ScheduledExecutorService timer = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("shortwire-registry-purge").factory());

    Purge(Path dataDir) {
        var _ = timer.scheduleWithFixedDelay(() -> run(dataDir.toFile()), 1, 1, TimeUnit.HOURS);
    }

    static void run(File dataDir) {
        try {
            PurgeTxnLog.purge(dataDir, dataDir, SNAPSHOTS);
        } catch (IOException | RuntimeException e) {
            LOG.warn("old snapshots in {} can't be deleted; the next hour tries again", dataDir, e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
