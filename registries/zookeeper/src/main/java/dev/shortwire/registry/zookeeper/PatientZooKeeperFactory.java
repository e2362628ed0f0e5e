package dev.shortwire.registry.zookeeper;

import java.io.IOException;
import java.time.Duration;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/// Makes clients whose sessions Curator does not give up. Curator takes a connection that was away for as long as the
/// session timeout for an ended session, and starts another; it can be told to do so earlier, but not to leave it. An
/// ensemble without a leader ends no session, however: when it is back, the old one goes on, and with it every
/// presence. So Curator is told a session timeout that never passes; the one that the servers know stays as it was
/// asked for, and an end that they announce is believed.
final class PatientZooKeeperFactory implements ZookeeperFactory {
    private static final int NEVER_MILLIS = (int) Duration.ofDays(7).toMillis();

    private final ZKClientConfig config;

    PatientZooKeeperFactory(ZKClientConfig config) {
        this.config = config;
    }

    @Override
    public ZooKeeper newZooKeeper(String servers, int sessionTimeout, Watcher watcher, boolean canBeReadOnly)
            throws IOException {
        return new Patient(servers, sessionTimeout, watcher, canBeReadOnly, config);
    }

    @Override
    public ZooKeeper newZooKeeper(String servers, int sessionTimeout, Watcher watcher, boolean canBeReadOnly,
            ZKClientConfig otherConfig) throws IOException {
        return new Patient(servers, sessionTimeout, watcher, canBeReadOnly, otherConfig);
    }

    @SuppressWarnings("try") // its close() may be interrupted; Curator knows
    private static final class Patient extends ZooKeeper {
        Patient(String servers, int sessionTimeout, Watcher watcher, boolean canBeReadOnly, ZKClientConfig config)
                throws IOException {
            super(servers, sessionTimeout, watcher, canBeReadOnly, config);
        }

        @Override
        public int getSessionTimeout() {
            return NEVER_MILLIS;
        }
    }
}
