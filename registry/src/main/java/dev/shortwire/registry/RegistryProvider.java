package dev.shortwire.registry;

import dev.shortwire.spi.Clock;
import dev.shortwire.spi.Scheduler;
import java.net.URI;
import java.time.Duration;

/// Makes registries of one kind; found by `ServiceLoader`.
public interface RegistryProvider {
    /// The scheme of the URIs it understands, such as `zookeeper` in `zookeeper://127.0.0.1:2181,127.0.0.1:2182`.
    String scheme();

    /// A registry client for one node. Does not wait for the registry to be reachable.
    ///
    /// @throws dev.shortwire.ConfigurationException if the URI is wrong
    Registry create(URI uri, RegistrySettings settings);

    /// What a registry is given by its node.
    ///
    /// @param cluster        name of the cluster, `[a-z0-9-]{1,64}`
    /// @param clock          the node's time
    /// @param scheduler      the node's timers
    /// @param sessionTimeout how long a node may be silent before it is taken for gone; 6 s is the default. Raising it
    ///                       keeps dead nodes in the view longer, lowering it throws out paused ones
    /// @param joinTimeout    how long joining may take
    record RegistrySettings(String cluster, Clock clock, Scheduler scheduler, Duration sessionTimeout,
            Duration joinTimeout) {
        public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(6);
        public static final Duration DEFAULT_JOIN_TIMEOUT = Duration.ofSeconds(10);
    }
}
