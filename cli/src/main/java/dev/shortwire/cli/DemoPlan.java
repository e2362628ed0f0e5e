package dev.shortwire.cli;

import dev.shortwire.registry.zookeeper.embedded.EnsembleServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What runs where in a demo: decided before anything starts.
///
/// @param folder   for what goes with the demo
/// @param ports    of the nodes, in order
/// @param ensemble the registry's servers: on the first three nodes, or one in the launcher's process if there are fewer
///                 nodes
/// @param groups   by name
record DemoPlan(Path folder, List<Integer> ports, List<EnsembleServer> ensemble, Map<String, GroupConfig> groups) {
    static final String CLUSTER = "demo";
    private static final String DEFAULT_GROUP = "scores";
    static final int ENSEMBLE = 3;

    /// A plan with free ports for whatever has no fixed one.
    static DemoPlan of(DemoSettings settings, Path folder, List<Integer> nodePorts, DemoDatabase database) {
        int servers = settings.mode() == DemoSettings.Mode.IN_PROCESS ? 0
                : settings.nodes() < ENSEMBLE ? 1 : ENSEMBLE;
        List<Integer> free = Ports.free(3 * servers);
        List<EnsembleServer> ensemble = IntStream.range(0, servers).mapToObj(i -> new EnsembleServer(i + 1, "127.0.0.1",
                free.get(3 * i), free.get(3 * i + 1), free.get(3 * i + 2))).toList();
        return new DemoPlan(folder, nodePorts, ensemble, Map.of("scores", group(database, DemoDatabase.SCORES_QUERY),
                "unicode", group(database, DemoDatabase.UNICODE_QUERY)));
    }

    private static GroupConfig group(DemoDatabase database, String query) {
        return new GroupConfig(new OriginConfig(database.origin(query), null), "text/plain; charset=utf-8", null, null,
                null, null, null, null, null, null, JDBC_CONNECTIONS, null, null, null);
    }

    private static final int JDBC_CONNECTIONS = 32;

    String name(int index) {
        return "node-" + (index + 1);
    }

    int nodes() {
        return ports.size();
    }

    /// Whether the node runs one of the registry's servers.
    boolean servesRegistry(int index) {
        return ensemble.size() == ENSEMBLE && index < ENSEMBLE;
    }

    /// How nodes reach the registry; null where they all live in one process.
    @Nullable
    String registry() {
        return ensemble.isEmpty() ? null
                : ensemble.stream().map(server -> server.host() + ":" + server.clientPort())
                        .collect(Collectors.joining(",", "zookeeper://", ""));
    }

    /// The configuration of a node, the observer's included.
    NodeConfig node(String name, int port, boolean store, @Nullable RegistryServerConfig registryServer) {
        return new NodeConfig(name, CLUSTER, registry(), null, "localhost:" + port, store, null, null, null, nodes(),
                DEFAULT_GROUP,
                null, null, registryServer, groups);
    }

    NodeConfig node(int index) {
        RegistryServerConfig server = servesRegistry(index)
                ? new RegistryServerConfig(index + 1, ensemble.stream().map(EnsembleServer::toString).toList(),
                        folder.resolve("registry-" + (index + 1)).toString(), null)
                : null;
        return node(name(index), ports.get(index), true, server);
    }

    /// The file that a node is started with, and can be started with again. Only its owner can read it: it has the
    /// password of the database.
    Path file(int index) {
        return folder.resolve(name(index) + ".yaml");
    }

    /// The file that another node can be started with.
    Path newcomerFile() {
        return folder.resolve("another-node.yaml");
    }

    void writeFiles() throws IOException {
        for (int i = 0; i < nodes(); i++) {
            PrivateFiles.write(file(i), yaml(node(i)));
        }
        PrivateFiles.write(newcomerFile(), yaml(node("another-node", 0, true, null)));
    }

    /// The part of a configuration that the demo uses, as [ConfigReader] reads it.
    static String yaml(NodeConfig config) {
        YAMLMapper mapper = new YAMLMapper();
        ObjectNode tree = mapper.createObjectNode();
        tree.put("name", config.name()).put("cluster", config.cluster()).put("registry", config.registry())
                .put("listen", config.listen());
        if (config.expectedMembers() != null) {
            tree.put("expected-members", config.expectedMembers());
        }
        tree.put("default-group", config.defaultGroupOrEmpty());
        RegistryServerConfig server = config.registryServer();
        if (server != null) {
            ObjectNode part = tree.putObject("registry-server").put("id", server.id()).put("data-dir",
                    server.dataDir());
            server.servers().forEach(part.putArray("servers")::add);
        }
        ObjectNode groups = tree.putObject("groups");
        config.groupsOrEmpty().forEach((name, group) -> {
            OriginConfig origin = group.origin();
            JdbcOriginConfig jdbc = origin == null ? null : origin.jdbc();
            ObjectNode part = groups.putObject(name).put("content-type", group.contentTypeOrDefault());
            part.put("max-concurrent-loads", group.options().maxConcurrentLoads());
            if (jdbc != null) {
                part.putObject("origin").putObject("jdbc").put("url", jdbc.url()).put("user", jdbc.user())
                        .put("password", jdbc.password() == null ? null : jdbc.password().reveal())
                        .put("query", jdbc.query()).put("max-connections", jdbc.maxConnectionsOrDefault());
            }
        });
        return mapper.writeValueAsString(tree);
    }

    /// The ports of the nodes: fixed ones that are free, or any free ones.
    static List<Integer> nodePorts(DemoSettings settings) {
        if (settings.port() != null) {
            return Ports.free(settings.nodes());
        }
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < settings.nodes(); i++) {
            int port = DemoSettings.FIRST_NODE_PORT + i;
            Ports.requireFree(port, String.format(Locale.ROOT,
                    "stop what listens there, or let the nodes take free ports: shortwire demo --port %d",
                    DemoSettings.API_PORT));
            ports.add(port);
        }
        return ports;
    }
}
