package dev.shortwire.node;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.Limits;
import dev.shortwire.Node;
import dev.shortwire.ShortwireException;
import dev.shortwire.cache.CacheEngine;
import dev.shortwire.cache.CacheListener;
import dev.shortwire.cluster.ClusterConfig;
import dev.shortwire.cluster.ClusterListener;
import dev.shortwire.cluster.ClusterNode;
import dev.shortwire.cluster.Environment;
import dev.shortwire.cluster.Routing;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.MemoryHub;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.RegistryProvider;
import dev.shortwire.registry.RegistryProvider.RegistrySettings;
import dev.shortwire.ring.Placement;
import dev.shortwire.ring.Placements;
import dev.shortwire.spi.Clock;
import dev.shortwire.spi.Scheduler;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/// Collects what a node is made of, and starts it. What is left out has a default: the wires that are on the class path,
/// listening on free ports of loopback, and a registry of this process's own. Not thread-safe.
public final class NodeBuilder {
    /// The wires that are known, best first; others follow in the order of their names.
    private static final List<String> WIRE_ORDER = List.of("in-process", "shm", "uds", "tcp", "grpc", "http");

    private final String name;
    private String cluster = "shortwire";
    private Function<RegistrySettings, Registry> registry = settings -> client(new MemoryHub(1), settings);
    private final List<Function<WireSettings, Wire>> wires = new ArrayList<>();
    private final Map<String, String> addresses = new TreeMap<>();
    private final Map<String, String> details = new TreeMap<>();
    private boolean observer;
    private boolean allowRemote;
    private int weight = Member.DEFAULT_WEIGHT;
    private Placement placement = Placements.standard();
    private NodeListener listener = NodeListener.NONE;
    private Consumer<Node> groups = node -> {};
    private final List<ForeignGroup> foreign = new ArrayList<>();
    private Duration sessionTimeout = RegistrySettings.DEFAULT_SESSION_TIMEOUT;
    private Duration joinTimeout = RegistrySettings.DEFAULT_JOIN_TIMEOUT;

    NodeBuilder(String name) {
        this.name = name;
    }

    /// Name of the cluster, `[a-z0-9-]{1,64}`; `shortwire` unless set. Nodes of different clusters refuse each other.
    public NodeBuilder cluster(String value) {
        this.cluster = Limits.requireName("cluster", value);
        return this;
    }

    /// Where the cluster's registry is, such as `zookeeper://127.0.0.1:2181` or `static://a=10.0.0.1:8001,b=10.0.0.2:8001`;
    /// the scheme's module must be on the class path.
    public NodeBuilder registry(String uri) {
        this.registry = settings -> createRegistry(uri, settings);
        return this;
    }

    /// The registry of a cluster whose nodes all live in this process.
    public NodeBuilder registry(MemoryHub hub) {
        this.registry = settings -> client(hub, settings);
        return this;
    }

    /// A registry client that is already made; closed with the node.
    public NodeBuilder registry(Registry made) {
        this.registry = settings -> made;
        return this;
    }

    /// A wire that is already made; closed with the node. Once one is given, those on the class path are not looked for.
    public NodeBuilder wire(Wire made) {
        this.wires.add(settings -> made);
        return this;
    }

    /// Uses only the wire of that name from the class path. May be called for several.
    public NodeBuilder wire(String wireName) {
        this.wires.add(settings -> provider(wireName).create(settings));
        return this;
    }

    /// A wire made from the node's own settings, such as one on a server that serves other things too; closed with the
    /// node.
    public NodeBuilder wire(Function<WireSettings, Wire> maker) {
        this.wires.add(maker);
        return this;
    }

    /// Opens groups on the node before it joins, so that no peer asks it for one that it does not have yet.
    public NodeBuilder groups(Consumer<Node> opener) {
        this.groups = this.groups.andThen(opener);
        return this;
    }

    /// Answers for a group whose keys the cluster does not own. Closing it is the caller's business, after the node.
    public NodeBuilder attach(ForeignGroup group) {
        this.foreign.add(group);
        return this;
    }

    /// Where one of the wires listens, in the wire's own form, such as `127.0.0.1:8001` for `http`. Without this, it
    /// takes a free port on loopback.
    public NodeBuilder listen(String wireName, String address) {
        this.addresses.put(wireName, address);
        return this;
    }

    /// Makes a node that routes but owns no keys and stores nothing.
    public NodeBuilder observer() {
        this.observer = true;
        return this;
    }

    /// Permits addresses other than loopback although nothing encrypts or authenticates yet. Off unless called.
    public NodeBuilder allowPlaintextAndAnonymous() {
        this.allowRemote = true;
        return this;
    }

    /// Share of the keys, 1 to 1,000; 100 unless set.
    public NodeBuilder weight(int value) {
        this.weight = value;
        return this;
    }

    /// How keys are placed; the same on every node of a cluster.
    public NodeBuilder placement(Placement value) {
        this.placement = value;
        return this;
    }

    /// What else others may know of this node, such as the address of its API under `api`.
    public NodeBuilder detail(String key, String value) {
        this.details.put(key, value);
        return this;
    }

    /// Who sees what the node does.
    public NodeBuilder events(NodeListener value) {
        this.listener = value == NodeListener.NONE ? value : new GuardedListener(value);
        return this;
    }

    /// How long the node may be silent before the registry takes it for gone; 6 s unless set.
    public NodeBuilder sessionTimeout(Duration value) {
        this.sessionTimeout = value;
        return this;
    }

    /// How long [#start()] may take; 10 s unless set.
    public NodeBuilder joinTimeout(Duration value) {
        this.joinTimeout = value;
        return this;
    }

    /// Starts the node and blocks until it is in a view (an observer: until it sees one).
    ///
    /// @throws ShortwireException if it can't listen or can't join; nothing stays open
    public Node start() {
        Limits.requireName("name", name);
        SystemScheduler scheduler = new SystemScheduler(name);
        ExecutorService workers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("shortwire-work-" + name + "-", 0).factory());
        ClusterNode clusterNode = null;
        CacheEngine engine = null;
        try {
            clusterNode = assemble(scheduler, workers);
            engine = new CacheEngine(clusterNode, placement,
                    (group, capacity, decodedToo, hash) -> new CaffeineStore(capacity, decodedToo, hash), new Picks());
            RunningNode node = new RunningNode(clusterNode, engine, scheduler, workers, listener);
            foreign.forEach(node::attach);
            clusterNode.listen(new Views());
            groups.accept(node);
            clusterNode.start(listenAddresses(clusterNode)).toCompletableFuture().get(joinTimeout.toMillis() + 2000,
                    TimeUnit.MILLISECONDS);
            return node;
        } catch (RuntimeException | ExecutionException | TimeoutException | InterruptedException e) {
            if (clusterNode != null) {
                clusterNode.close();
            }
            if (engine != null) {
                engine.close();
            }
            scheduler.close();
            workers.shutdownNow();
            throw startFailure(e);
        }
    }

    private ClusterNode assemble(Scheduler scheduler, ExecutorService workers) {
        Environment environment = new Environment(NodeClock.INSTANCE, scheduler, new SecureRandom(), workers);
        WireSettings wireSettings = new WireSettings(Clock.SYSTEM, scheduler, WireSettings.DEFAULT_MAX_FRAME_BYTES,
                WireSettings.DEFAULT_MAX_CALLS_IN_FLIGHT, allowRemote, true);
        ClusterConfig config = new ClusterConfig(cluster, name, weight, observer, Duration.ofSeconds(1), hostIdentity(),
                ProcessHandle.current().pid(), details);
        List<Wire> made = new ArrayList<>();
        Registry client = null;
        try {
            makeWires(wireSettings, made);
            client = registry
                    .apply(new RegistrySettings(cluster, Clock.SYSTEM, scheduler, sessionTimeout, joinTimeout));
            return new ClusterNode(config, environment, placement, client, List.copyOf(made));
        } catch (RuntimeException failure) {
            made.forEach(Wire::close); // nobody else knows them yet
            if (client != null) {
                client.close();
            }
            throw failure;
        }
    }

    /// @param made gets each as soon as it is there
    private void makeWires(WireSettings settings, List<Wire> made) {
        List<Function<WireSettings, Wire>> makers = new ArrayList<>(wires);
        if (makers.isEmpty()) {
            ServiceLoader.load(WireProvider.class).forEach(provider -> makers.add(provider::create));
        }
        makers.forEach(maker -> made.add(maker.apply(settings)));
        made.sort(Comparator.comparingInt((Wire w) -> rank(w.name())).thenComparing(Wire::name));
    }

    private static int rank(String wire) {
        int index = WIRE_ORDER.indexOf(wire);
        return index < 0 ? WIRE_ORDER.size() : index;
    }

    /// Where each wire listens. An observer need not be reached: it listens only where it was told to.
    private Map<String, String> listenAddresses(ClusterNode node) {
        for (String wire : addresses.keySet()) {
            require(node.wires().contains(wire),
                    "listen for wire \"" + wire + "\", which is not one of " + node.wires() + "; add its module");
        }
        Map<String, String> all = new TreeMap<>(addresses);
        if (!observer) {
            node.wires().forEach(wire -> all.putIfAbsent(wire, ""));
        }
        return all;
    }

    private static WireProvider provider(String wireName) {
        List<String> known = new ArrayList<>();
        for (WireProvider provider : ServiceLoader.load(WireProvider.class)) {
            if (provider.name().equals(wireName)) {
                return provider;
            }
            known.add(provider.name());
        }
        throw new ConfigurationException(
                "wire=\"" + wireName + "\" is not one of " + known
                        + "; add its module to the class path, or choose another");
    }

    private static Registry client(MemoryHub hub, RegistrySettings settings) {
        return hub.client(settings.scheduler(), settings.joinTimeout());
    }

    private static Registry createRegistry(String uri, RegistrySettings settings) {
        URI parsed;
        try {
            parsed = URI.create(uri);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "registry=\"" + uri + "\" is no URI; use one such as zookeeper://host:2181");
        }
        List<String> known = new ArrayList<>();
        for (RegistryProvider provider : ServiceLoader.load(RegistryProvider.class)) {
            if (provider.scheme().equals(parsed.getScheme())) {
                return provider.create(parsed, settings);
            }
            known.add(provider.scheme());
        }
        throw new ConfigurationException("registry=\"" + uri + "\" has a scheme that is not one of " + known
                + "; add its module to the class path, or use another");
    }

    private static ShortwireException startFailure(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return FailureKind.CANCELLED.exception("interrupted while the node was starting");
        }
        if (e instanceof TimeoutException) {
            return FailureKind.REGISTRY_AWAY
                    .exception("no view of the cluster within the join timeout; check that the registry runs");
        }
        Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
        if (cause instanceof ShortwireException known) {
            return known;
        }
        ShortwireException unknown = FailureKind.INTERNAL.exception("the node could not start: " + cause);
        unknown.initCause(cause);
        return unknown;
    }

    /// Equal for processes on one running kernel, where the kernel tells; empty elsewhere.
    private static String hostIdentity() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private final class Picks implements CacheListener {
        @Override
        public void picked(String group, String key, String peer) {
            listener.picked(group, key, peer);
        }
    }

    private final class Views implements ClusterListener {
        @Override
        public void viewChanged(Routing before, Routing after) {
            listener.viewChanged(after.epoch(), after.members());
        }

        @Override
        public void linksChanged(Routing now) {
            // Links are seen in Node.view().
        }
    }
}
