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
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
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
import org.jspecify.annotations.Nullable;

/// Collects what a node is made of, and starts it. What is left out has a default: the wires that are on the class path,
/// listening on free ports of loopback, and a registry of this process's own. Not thread-safe.
public final class NodeBuilder {
    /// Wires whose addresses are a host and a port.
    private static final List<String> NETWORK_WIRES = List.of("tcp", "udp", "grpc", "http");

    private final String name;
    private String cluster = "shortwire";
    private Function<RegistrySettings, Registry> registry = settings -> client(new MemoryHub(1), settings);
    private final List<Function<WireSettings, Wire>> made = new ArrayList<>();
    private final Map<String, Function<WireSettings, Wire>> makers = new TreeMap<>();
    private final List<String> named = new ArrayList<>();
    private @Nullable WirePolicy wires;
    private String listenHost = "";
    private final Map<String, String> addresses = new TreeMap<>();
    private final Map<String, String> details = new TreeMap<>();
    private boolean observer;
    private boolean allowRemote;
    private @Nullable Tls tls;
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

    /// Which wires may be used, in which order of preference; `auto` unless set. A list of names with commas between them:
    /// `auto` is all that are there, best first; `ipc` is `shm,uds`; a `!` before a name forbids it; one name alone pins
    /// the node to that wire. Which of them is used for a peer is found out by opening and measuring them.
    ///
    /// @throws ConfigurationException if it is no such list
    public NodeBuilder wires(String policy) {
        this.wires = WirePolicy.parse(policy);
        return this;
    }

    /// A wire that is already made; closed with the node. Once one is given, those on the class path are not looked for,
    /// unless [#wires] asks for them.
    public NodeBuilder wire(Wire value) {
        this.made.add(settings -> value);
        return this;
    }

    /// Uses only the wire of that name from the class path. May be called for several.
    public NodeBuilder wire(String wireName) {
        this.named.add(wireName);
        return this;
    }

    /// A wire made from the node's own settings; closed with the node. Once one is given, those on the class path are not
    /// looked for, unless [#wires] asks for them.
    public NodeBuilder wire(Function<WireSettings, Wire> maker) {
        this.made.add(maker);
        return this;
    }

    /// Makes the wire of that name in another way than its provider does, such as on a server that serves other things
    /// too. It is made only if [#wires] allows it.
    public NodeBuilder wire(String wireName, Function<WireSettings, Wire> maker) {
        this.makers.put(wireName, maker);
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

    /// The host, a name or an address, on which wires with ports listen that [#listen] says nothing of; loopback unless
    /// set.
    public NodeBuilder listenHost(String host) {
        this.listenHost = host;
        return this;
    }

    /// Makes a node that routes but owns no keys and stores nothing.
    public NodeBuilder observer() {
        this.observer = true;
        return this;
    }

    /// Encrypts the wires that leave the host and lets in only peers with a certificate of their name; this node's own
    /// certificate must have its name. Permits addresses other than loopback on those wires.
    ///
    /// @throws ConfigurationException if one of the files can't be used
    public NodeBuilder tls(TlsSettings settings) {
        return tls(Tls.open(settings, Clock.SYSTEM));
    }

    /// As the other `tls`, with files that are already read.
    public NodeBuilder tls(Tls read) {
        this.tls = read;
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
        WireSelection selection = null;
        ClusterNode clusterNode = null;
        CacheEngine engine = null;
        try {
            WireSettings wireSettings = new WireSettings(Clock.SYSTEM, scheduler, WireSettings.DEFAULT_MAX_FRAME_BYTES,
                    WireSettings.DEFAULT_MAX_CALLS_IN_FLIGHT, allowRemote, true).withTls(tls);
            selection = select(wireSettings);
            clusterNode = assemble(scheduler, workers, selection);
            engine = new CacheEngine(clusterNode, placement,
                    (group, capacity, decodedToo, hash) -> new CaffeineStore(capacity, decodedToo, hash), new Picks());
            RunningNode node = new RunningNode(clusterNode, engine, scheduler, workers, listener);
            foreign.forEach(node::attach);
            clusterNode.listen(new Views());
            groups.accept(node);
            clusterNode.start(listenAddresses(clusterNode), dispensable(selection)).toCompletableFuture().get(
                    joinTimeout.toMillis() + 2000,
                    TimeUnit.MILLISECONDS);
            return node;
        } catch (RuntimeException | ExecutionException | TimeoutException | InterruptedException e) {
            if (clusterNode != null) {
                clusterNode.close();
            } else if (selection != null) {
                selection.wires().forEach(Wire::close);
            }
            if (engine != null) {
                engine.close();
            }
            scheduler.close();
            workers.shutdownNow();
            throw startFailure(e);
        }
    }

    private ClusterNode assemble(Scheduler scheduler, ExecutorService workers, WireSelection selection) {
        Environment environment = new Environment(NodeClock.INSTANCE, scheduler, new SecureRandom(), workers);
        if (tls != null) {
            requireOwnName(tls);
        }
        ClusterConfig config = new ClusterConfig(cluster, name, weight, observer, Duration.ofSeconds(1),
                HostIdentity.ofThisProcess(), ProcessHandle.current().pid(), details);
        Registry client = registry
                .apply(new RegistrySettings(cluster, Clock.SYSTEM, scheduler, sessionTimeout, joinTimeout));
        try {
            return new ClusterNode(config, environment, placement, client, selection.wires(), selection.out());
        } catch (RuntimeException failure) {
            client.close(); // nobody else knows it yet
            throw failure;
        }
    }

    private void requireOwnName(Tls read) {
        List<String> names = read.self().names();
        require(names.contains(name), "tls.cert=" + read.settings().cert() + " has the names " + names
                + " and must have the node's, \"" + name
                + "\"; set tls.cert to a certificate with it as a subject alternative name, or set name");
    }

    private WireSelection select(WireSettings settings) {
        WirePolicy policy = wires;
        if (policy == null && named.isEmpty() && !made.isEmpty()) {
            return WireSelection.made(made, settings);
        }
        if (policy == null) {
            policy = WirePolicy.parse(named.isEmpty() ? WirePolicy.AUTO : String.join(",", named));
        }
        Map<String, Function<WireSettings, Wire>> all = new TreeMap<>(makers);
        List<Wire> unused = new ArrayList<>(); // until the selection has them, nobody else knows them
        try {
            for (Function<WireSettings, Wire> maker : made) {
                Wire wire = maker.apply(settings);
                unused.add(wire);
                all.put(wire.name(), ignored -> wire);
            }
            WireSelection selection = WireSelection.of(policy, all, settings);
            unused.removeAll(selection.wires());
            return selection;
        } finally {
            unused.forEach(Wire::close);
        }
    }

    private List<String> dispensable(WireSelection selection) {
        return selection.dispensable().stream().filter(wire -> !addresses.containsKey(wire)).toList();
    }

    /// Where each wire listens. An observer need not be reached: it listens only where it was told to.
    private Map<String, String> listenAddresses(ClusterNode node) {
        for (String wire : addresses.keySet()) {
            require(node.wires().contains(wire),
                    "listen for wire \"" + wire + "\", which is not one of " + node.wires() + "; add its module");
        }
        Map<String, String> all = new TreeMap<>(addresses);
        if (!observer) {
            node.wires().forEach(wire -> all.putIfAbsent(wire, defaultAddress(wire)));
        }
        return all;
    }

    private String defaultAddress(String wire) {
        if (listenHost.isEmpty() || !NETWORK_WIRES.contains(wire) || makers.containsKey(wire)) {
            return "";
        }
        return (listenHost.contains(":") ? "[" + listenHost + "]" : listenHost) + ":0";
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
