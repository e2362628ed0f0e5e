package dev.shortwire.registry;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// What a node publishes about itself beside the view, so that it changes no epoch.
///
/// @param name        the node
/// @param incarnation which process of that name
/// @param host        identity of the machine, equal for nodes that may share memory; empty where unknown
/// @param pid         process id, 0 where unknown
/// @param endpoints   where it can be reached: wire name → address
/// @param details     anything else, such as the address of its API under `api`
public record Profile(String name, long incarnation, String host, long pid, Map<String, String> endpoints,
        Map<String, String> details) {
    public Profile {
        endpoints = Collections.unmodifiableMap(new TreeMap<>(endpoints));
        details = Collections.unmodifiableMap(new TreeMap<>(details));
    }
}
