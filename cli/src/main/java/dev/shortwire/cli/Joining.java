package dev.shortwire.cli;

import dev.shortwire.http.Percent;
import dev.shortwire.spi.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Asks a node of the cluster for what a newcomer has to know, so that the newcomer needs only one address.
final class Joining {
    private Joining() {}

    /// What the node at `config.join()` adds to `config`, by path of the option: registry, name of the cluster, and the
    /// groups that are filled by puts alone, so that the newcomer has them too. Empty if there is nobody to join.
    ///
    /// @throws CliException if that node can't be asked, does not tell, or the cluster has groups with origins that this
    ///                      configuration lacks
    static Map<String, String> ask(NodeConfig config) {
        HostPort address = config.joinAddress();
        if (address == null) {
            return Map.of();
        }
        if (config.registry() != null) {
            throw new CliException(ExitCode.USAGE, "join=" + config.join() + " and registry=" + config.registry()
                    + " exclude each other; set one of the two");
        }
        TlsConfig tls = config.tls();
        try (ApiClient api = tls == null ? new ApiClient("http://" + address)
                : new ApiClient("https://" + address, tls.settings())) {
            JsonNode cluster = api.json("/api/v1/cluster");
            String registry = cluster.path("registry").asString("");
            if (registry.isEmpty()) {
                throw new CliException(ExitCode.FAILED, "the node at " + address
                        + " has no registry that others can reach; name one with --registry");
            }
            Map<String, String> said = new TreeMap<>(Map.of("registry", registry));
            if (config.cluster() == null) {
                said.put("cluster", cluster.path("cluster").asString(""));
            }
            groups(config, api.json("/api/v1/groups"), said, address);
            return said;
        }
    }

    private static void groups(NodeConfig config, JsonNode answer, Map<String, String> said, HostPort address) {
        List<String> lacking = new ArrayList<>();
        for (JsonNode group : answer.path("groups")) {
            String name = group.path("name").asString("");
            boolean isOfAPool = group.path("level").asString("").equals("pool");
            if (isOfAPool || config.groupsOrEmpty().containsKey(name)) {
                continue;
            }
            if (group.path("hasLoader").asBoolean(false) && config.storeOrDefault()) {
                lacking.add(Percent.encode(name));
            }
            said.put("groups." + name + ".capacity-bytes", group.path("capacityBytes").asString("1"));
            said.put("groups." + name + ".time-to-live", group.path("timeToLiveMillis").asString("1") + "ms");
            said.put("groups." + name + ".timeout", group.path("timeoutMillis").asString("1") + "ms");
            said.put("groups." + name + ".level", group.path("level").asString("owner"));
        }
        if (!lacking.isEmpty()) {
            throw new CliException(ExitCode.USAGE,
                    "the cluster of " + address + " has groups with origins that this node"
                            + " is not told: " + String.join(", ", lacking)
                            + "; describe them with --config or --set, or use --no-store");
        }
    }
}
