package dev.shortwire.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `shortwire node`: one node, until it is told to stop.
@Command(name = "node", description = "Start one node. Options may also come from a YAML file and from variables"
        + " SHORTWIRE_…; docs/options.md lists them.")
final class NodeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--config", paramLabel = "FILE", description = "YAML file with options.")
    private @Nullable Path config;

    @Option(names = "--name", paramLabel = "NAME", description = "Name in the cluster (default: node- and the port).")
    private @Nullable String name;

    @Option(names = "--cluster", paramLabel = "NAME", description = "Name of the cluster (default: shortwire).")
    private @Nullable String cluster;

    @Option(names = "--registry", paramLabel = "URI", description = "Such as zookeeper://127.0.0.1:2181 (default: a cluster of this node alone).")
    private @Nullable String registry;

    @Option(names = "--join", paramLabel = "HOST:PORT", description = "Any node of the cluster, which tells the rest.")
    private @Nullable String join;

    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Where peers and the API reach it (default: localhost:8001).")
    private @Nullable String listen;

    @Option(names = {"--wire",
        "--wires"}, paramLabel = "LIST", description = "Wires to peers, best first: auto, ipc, names, !name (default: auto).")
    private @Nullable String wires;
    @Option(names = "--grpc", paramLabel = "ADDRESS", description = "Where programs reach it by gRPC, such as localhost:8101 or unix:/run/shortwire.sock (default: not served).")
    private @Nullable String grpc;

    @Option(names = "--no-store", description = "Own no keys: API and routing only.")
    private boolean noStore;

    @Option(names = "--group", paramLabel = "NAME", description = "Open a group that is filled by puts alone; repeatable.")
    private List<String> groups = List.of();

    @Option(names = "--set", paramLabel = "OPTION=VALUE", description = "Any option by its path, such as groups.users.time-to-live=30s; repeatable.")
    private Map<String, String> settings = Map.of();

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "PEM file with the node's certificate, which has its name.")
    private @Nullable String tlsCert;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM file with its private key.")
    private @Nullable String tlsKey;

    @Option(names = "--tls-trust", paramLabel = "FILE", description = "PEM file with the root of the cluster's authority.")
    private @Nullable String tlsTrust;

    @Option(names = "--allow-plaintext", description = "Listen where other machines reach it without encryption.")
    private boolean allowPlaintext;

    @Option(names = "--allow-anonymous", description = "Listen where other machines reach it without authentication.")
    private boolean allowAnonymous;

    @Option(names = "--quiet", description = "Print no line per load, peer pick and member change.")
    private boolean quiet;

    NodeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return new NodeRun(terminal, quiet, "; Ctrl-C stops it").run(read());
    }

    /// The configuration, with what the node to join has to say.
    private NodeConfig read() {
        Map<String, String> said = new TreeMap<>();
        put(said, "name", name);
        put(said, "cluster", cluster);
        put(said, "registry", registry);
        put(said, "join", join);
        put(said, "listen", listen);
        put(said, "wires", wires);
        put(said, "grpc", grpc);
        put(said, "store", noStore ? "false" : null);
        put(said, "tls.cert", tlsCert);
        put(said, "tls.key", tlsKey);
        put(said, "tls.trust", tlsTrust);
        put(said, "allow-plaintext", allowPlaintext ? "true" : null);
        put(said, "allow-anonymous", allowAnonymous ? "true" : null);
        groups.forEach(group -> said.put("groups." + group, ""));
        said.putAll(settings);
        ConfigReader reader = ConfigReader.ofProcess();
        NodeConfig first = reader.read(config, said);
        Map<String, String> heard = Joining.ask(first);
        if (heard.isEmpty()) {
            return first;
        }
        heard.forEach(said::putIfAbsent);
        return reader.read(config, said);
    }

    private static void put(Map<String, String> said, String option, @Nullable String value) {
        if (value != null) {
            said.put(option, value);
        }
    }
}
