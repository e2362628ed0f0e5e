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

/// What runs where in a demo: decided before anything starts.
///
/// @param folder   for what goes with the demo
/// @param ports    of the nodes, in order
/// @param ensemble the registry's servers: on the first three nodes, or one in the launcher's process if there are fewer
///                 nodes
/// @param groups   by name
/// @param wires    between the nodes
record DemoPlan(Path folder, List<Integer> ports, List<EnsembleServer> ensemble, Map<String, GroupConfig> groups,
        String wires) {
    static final String CLUSTER = "demo";
    private static final String DEFAULT_GROUP = "scores";
    static final int ENSEMBLE = 3;

    /// A plan with free ports for whatever has no fixed one.
    static DemoPlan of(DemoSettings settings, Path folder, List<Integer> nodePorts, DemoDatabase database,
            Ports ports) {
        int servers = settings.mode() == DemoSettings.Mode.IN_PROCESS ? 0
                : settings.nodes() < ENSEMBLE ? 1 : ENSEMBLE;
        List<Integer> free = ports.free(3 * servers);
        List<EnsembleServer> ensemble = IntStream.range(0, servers).mapToObj(i -> new EnsembleServer(i + 1, "127.0.0.1",
                free.get(3 * i), free.get(3 * i + 1), free.get(3 * i + 2))).toList();
        return new DemoPlan(folder, nodePorts, ensemble, Map.of("scores", group(database, DemoDatabase.SCORES_QUERY),
                "unicode", group(database, DemoDatabase.UNICODE_QUERY)), settings.wires());
    }

    private static GroupConfig group(DemoDatabase database, String query) {
        return GroupConfig.of(new OriginConfig(database.origin(query), null), "text/plain; charset=utf-8",
                JDBC_CONNECTIONS);
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
        return new NodeConfigBuilder(name).cluster(CLUSTER).registry(registry()).listen("localhost:" + port)
                .wires(ensemble.isEmpty() ? null : wires).store(store).expectedMembers(nodes())
                .defaultGroup(DEFAULT_GROUP).registryServer(registryServer).groups(groups).build();
    }

    /// A node as it can be started again.
    NodeConfig node(int index) {
        return node(index, null);
    }

    /// A node as it is started the first time, when its part of the registry has never run.
    NodeConfig firstNode(int index) {
        return node(index, true);
    }

    private NodeConfig node(int index, @Nullable Boolean firstStart) {
        RegistryServerConfig server = servesRegistry(index)
                ? new RegistryServerConfig(index + 1, ensemble.stream().map(EnsembleServer::toString).toList(),
                        folder.resolve("registry-" + (index + 1)).toString(), firstStart)
                : null;
        return node(name(index), ports.get(index), true, server);
    }

    /// The file that a node can be started with again. Only its owner can read it: it has the
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

    /// The part of a configuration that the demo uses, as [ConfigReader] reads it: each word in quotes, as JSON and YAML
    /// have them.
    static String yaml(NodeConfig config) {
        Yaml yaml = new Yaml();
        yaml.word(0, "name", config.name()).word(0, "cluster", config.cluster())
                .word(0, "registry", config.registry()).word(0, "listen", config.listen())
                .word(0, "wires", config.wires())
                .number(0, "expected-members", config.expectedMembers())
                .word(0, "default-group", config.defaultGroupOrEmpty());
        RegistryServerConfig server = config.registryServer();
        if (server != null) {
            yaml.part(0, "registry-server").number(1, "id", server.id()).word(1, "data-dir", server.dataDir())
                    .words(1, "servers", server.servers());
        }
        yaml.part(0, "groups");
        config.groupsOrEmpty().forEach((name, group) -> group(yaml.part(1, name), group));
        return yaml.toString();
    }

    private static void group(Yaml yaml, GroupConfig group) {
        OriginConfig origin = group.origin();
        JdbcOriginConfig jdbc = origin == null ? null : origin.jdbc();
        yaml.word(2, "content-type", group.contentTypeOrDefault()).number(2, "max-concurrent-loads",
                group.options().maxConcurrentLoads());
        if (jdbc != null) {
            Secret password = jdbc.password();
            yaml.part(2, "origin").part(3, "jdbc").word(4, "url", jdbc.url()).word(4, "user", jdbc.user())
                    .word(4, "password", password == null ? null : password.reveal()).word(4, "query", jdbc.query())
                    .number(4, "max-connections", jdbc.maxConnectionsOrDefault());
        }
    }

    /// The ports of the nodes: fixed ones that are free, or any free ones.
    static List<Integer> nodePorts(DemoSettings settings, Ports free) {
        if (settings.port() != null) {
            return free.free(settings.nodes());
        }
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < settings.nodes(); i++) {
            int port = DemoSettings.FIRST_NODE_PORT + i;
            free.requireFree(port, String.format(Locale.ROOT,
                    "stop what listens there, or let the nodes take free ports: shortwire demo --port %d",
                    DemoSettings.API_PORT));
            ports.add(port);
        }
        return ports;
    }
}
