package dev.shortwire.cluster;

import dev.shortwire.Limits;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// Who a node is in its cluster.
///
/// @param cluster        name of the cluster, `[a-z0-9-]{1,64}`
/// @param name           name of the node; members of one cluster have different ones
/// @param weight         share of the keys, 1 to 1,000; 100 is an ordinary node
/// @param observer       true for a node that routes but never joins the view
/// @param connectTimeout how long opening a link may take
/// @param host           identity of the machine, empty where unknown
/// @param pid            process id, 0 where unknown
/// @param details        what else the profile says, such as the address of the API
public record ClusterConfig(String cluster, String name, int weight, boolean observer, Duration connectTimeout,
        String host, long pid, Map<String, String> details) {
    public ClusterConfig {
        Limits.requireName("cluster", cluster);
        details = Collections.unmodifiableMap(new TreeMap<>(details));
    }

    /// An ordinary member, or an observer, with nothing to say about its machine.
    public ClusterConfig(String cluster, String name, boolean observer) {
        this(cluster, name, 100, observer, Duration.ofSeconds(1), "", 0, Map.of());
    }
}
