package dev.shortwire.testkit;

import dev.shortwire.Bytes;
import dev.shortwire.GroupOptions;
import dev.shortwire.Source;
import dev.shortwire.Answer;
import dev.shortwire.cache.Ancestry;
import dev.shortwire.cache.CacheEngine;
import dev.shortwire.cache.CacheGroup;
import dev.shortwire.cache.CacheListener;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.GroupLoader;
import dev.shortwire.cache.MapStore;
import dev.shortwire.cache.Outcome;
import dev.shortwire.cache.Store;
import dev.shortwire.cluster.ClusterConfig;
import dev.shortwire.cluster.ClusterListener;
import dev.shortwire.cluster.ClusterNode;
import dev.shortwire.registry.MemoryHub;
import dev.shortwire.ring.Placement;
import dev.shortwire.ring.WeightedPlacement;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A whole cluster in one thread: nodes that are real but for time, wires, registry and luck, faults at will, and a client
/// on every node. Confined to the thread of its [Simulation].
///
/// ```
/// Simulation simulation = new Simulation(42);
/// SimulatedCluster cluster = new SimulatedCluster(simulation,
///         List.of(new SimLoader.Group("users", GroupOptions.DEFAULT, loader)));
/// cluster.start("a", "b", "c");
/// SimCall call = cluster.get("a", "users", "Tom");
/// cluster.await(call);
/// ```
public final class SimulatedCluster {
    private static final int VIRTUAL_NODES = 64;
    private static final long RESTART_NANOS = Duration.ofSeconds(1).toNanos();

    private final Simulation simulation;
    private final List<SimLoader.Group> groups;
    private final Plants plants;
    private final List<SimNetwork> networks = new ArrayList<>();
    private final MemoryHub hub;
    private final Placement placement = new SharedRings(new WeightedPlacement(VIRTUAL_NODES));
    private final List<Check> checks = new ArrayList<>();
    private final TreeMap<String, SimNode> nodes = new TreeMap<>();

    /// A cluster without nodes; each node that is started opens `groups`.
    public SimulatedCluster(Simulation simulation, Collection<SimLoader.Group> groups) {
        this(simulation, groups, Plants.NONE);
    }

    SimulatedCluster(Simulation simulation, Collection<SimLoader.Group> groups, Plants plants) {
        this(simulation, groups, plants, List.of(SimWire.NAME));
    }

    /// @param wires names of the wires between the nodes, best first
    SimulatedCluster(Simulation simulation, Collection<SimLoader.Group> groups, Plants plants, List<String> wires) {
        this.simulation = simulation;
        this.groups = List.copyOf(groups);
        this.plants = plants;
        wires.forEach(wire -> networks.add(new SimNetwork(simulation, wire)));
        this.hub = new MemoryHub(1 + (simulation.seed() & 0xffff));
    }

    public Simulation simulation() {
        return simulation;
    }

    /// The first wire's, and the only one's unless there are several.
    SimNetwork network() {
        return networks.getFirst();
    }

    /// What lies between the nodes, for each wire, best first.
    List<SimNetwork> networks() {
        return networks;
    }

    MemoryHub hub() {
        return hub;
    }

    void check(Check check) {
        checks.add(check);
    }

    List<Check> checks() {
        return checks;
    }

    /// Starts members and runs until each has all of them in its view.
    public void start(String... names) {
        for (String name : names) {
            start(name, false);
        }
        settle();
    }

    /// Starts a node, which joins in the time that this takes; one that is observer routes and never joins.
    public SimNode start(String name, boolean observer) {
        SimNode running = nodes.get(name);
        if (running != null && running.isRunning()) {
            throw new IllegalStateException("node " + name + " runs; crash or stop it first");
        }
        SimProcess process = new SimProcess(simulation, name);
        SimRegistry registry = new SimRegistry(simulation, process, hub);
        ClusterNode cluster = new ClusterNode(new ClusterConfig("sim", name, observer), process.environment(),
                placement,
                plants.registry(name, registry),
                networks.stream().map(network -> plants.wire(name, new WatchedWire(network, process, this))).toList());
        SimNode node = new SimNode(process, registry, cluster, observer, this::engine);
        nodes.put(name, node);
        process.after(0, "start", () -> begin(node));
        return node;
    }

    /// Kills a node's process: nothing that it was about to do happens any more.
    public void crash(String name) {
        SimNode node = node(name);
        simulation.note(name, "crashes");
        node.process().die();
        node.registry().died();
        networks.forEach(network -> network.died(node.process()));
    }

    /// Has a node leave and close.
    public void stop(String name) {
        SimNode node = node(name);
        simulation.note(name, "leaves");
        node.leave();
    }

    /// Freezes a node while time goes on, as a long garbage collection does.
    public void pause(String name) {
        simulation.note(name, "is paused");
        node(name).process().pause();
    }

    public void resume(String name) {
        simulation.note(name, "goes on");
        node(name).process().resume();
    }

    /// Cuts the network between two nodes in both directions, without a word to either.
    public void cut(String one, String other) {
        simulation.note(one, "is cut off from " + other);
        networks.forEach(network -> {
            network.cut(one, other);
            network.cut(other, one);
        });
    }

    /// Cuts the network in one direction.
    public void cutOneWay(String from, String to) {
        simulation.note(from, "can't reach " + to);
        networks.forEach(network -> network.cut(from, to));
    }

    /// Cuts a node off from the registry.
    public void cutFromRegistry(String name) {
        simulation.note(name, "loses the registry");
        node(name).registry().disconnect();
    }

    /// Ends every fault of the network and of the registry and every pause.
    public void heal() {
        simulation.note("-", "everything heals");
        networks.forEach(SimNetwork::heal);
        for (SimNode node : nodes.values()) {
            if (node.isRunning()) {
                node.process().resume();
                node.registry().lagNanos = 0;
                node.registry().catchUp(true);
                node.registry().reconnect();
            }
        }
    }

    /// The newest process of that name.
    public SimNode node(String name) {
        SimNode node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("no node was started as " + name);
        }
        return node;
    }

    /// The newest process of each name, by name.
    public Collection<SimNode> nodes() {
        return List.copyOf(nodes.values());
    }

    /// Those that run.
    public List<SimNode> running() {
        return nodes.values().stream().filter(SimNode::isRunning).toList();
    }

    public SimCall get(String node, String group, String key) {
        return get(node, group, key, Ancestry.NONE, group(group).options().timeout());
    }

    /// Reads as a client of `node`, or as a loader that runs there.
    public SimCall get(String node, String group, String key, Ancestry ancestry, Duration timeout) {
        SimCall call = begin(node, SimCall.Kind.GET, group, key, null, timeout);
        CacheGroup opened = opened(call);
        Entry hit = opened.hit(key);
        if (hit != null) {
            end(call, new Outcome.Answered(new Answer<>(hit.kind() == Entry.Kind.VALUE ? hit.value() : null,
                    hit.contentType(), hit.version(), Source.OWN, node, call.node().cluster().routing().epoch(), false,
                    false)));
        } else {
            call.cancelBy(call.node().engine().read(opened, key, ancestry, deadline(call), ender(call))::cancel);
        }
        return call;
    }

    public SimCall put(String node, String group, String key, String value) {
        Bytes bytes = Bytes.utf8(value);
        SimCall call = begin(node, SimCall.Kind.PUT, group, key, bytes, group(group).options().timeout());
        CacheGroup opened = opened(call);
        call.node().engine().put(opened, key, bytes, "text/plain", opened.options().timeToLive(), deadline(call),
                ender(call));
        return call;
    }

    public SimCall remove(String node, String group, String key) {
        SimCall call = begin(node, SimCall.Kind.REMOVE, group, key, null, group(group).options().timeout());
        call.node().engine().remove(opened(call), key, deadline(call), ender(call));
        return call;
    }

    /// Runs until the call has ended, and returns it.
    public SimCall await(SimCall call) {
        await(call::isDone, Duration.ofMinutes(1));
        return call;
    }

    /// Runs until the condition holds.
    ///
    /// @throws AssertionError if it does not within that virtual time
    public void await(BooleanSupplier condition, Duration atMost) {
        if (!simulation.runUntil(condition, atMost)) {
            throw new AssertionError("what was waited for did not come within " + atMost + " of virtual time, seed "
                    + simulation.seed());
        }
    }

    /// Runs until every running node has the registry's view, that view has exactly the running members, and all links
    /// are up.
    public void settle() {
        await(this::isSettled, Duration.ofMinutes(1));
    }

    boolean isSettled() {
        List<String> members = running().stream().filter(n -> !n.isObserver()).map(SimNode::name).toList();
        for (SimNode node : running()) {
            var routing = node.cluster().routing();
            boolean linked = members.stream().allMatch(m -> m.equals(node.name()) || routing.link(m) != null);
            if (!linked || !routing.view().equals(hub.view()) || !routing.members().equals(members)
                    || !node.isObserver() && !routing.isMember()) {
                return false;
            }
        }
        return true;
    }

    /// Name of the owner of a key in the registry's present view.
    public String owner(String group, String key) {
        return placement.ring(hub.view().members().stream()
                .map(m -> new dev.shortwire.ring.RingMember(m.name(), m.weight())).toList())
                .owner(placement.hash(group, key));
    }

    /// A key of the group that `node` owns in the registry's present view.
    public String keyOwnedBy(String node, String group) {
        for (int i = 0; i < 10_000; i++) {
            if (owner(group, "key-" + i).equals(node)) {
                return "key-" + i;
            }
        }
        throw new IllegalStateException(node + " owns none of 10,000 keys");
    }

    long hash(String group, String key) {
        return placement.hash(group, key);
    }

    SimLoader.Group group(String name) {
        return groups.stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
    }

    private void begin(SimNode node) {
        Map<String, String> addresses = new TreeMap<>();
        if (!node.isObserver()) {
            networks.forEach(network -> addresses.put(network.wire(), node.name()));
        }
        node.cluster().start(addresses)
                .whenComplete((view, failure) -> {
                    if (failure != null && node.isRunning()) {
                        simulation.note(node.name(), "could not join: " + failure.getMessage());
                        node.leave();
                        simulation.after(RESTART_NANOS, "restart " + node.name(), () -> {
                            if (nodes.get(node.name()) == node) {
                                start(node.name(), node.isObserver());
                            }
                        });
                    }
                });
    }

    private CacheEngine engine(SimNode node, ClusterNode cluster) {
        Store.Factory stores = (group, capacity, decodedToo, hash) -> new ObservedStore(
                plants.store(node.name(), group, new MapStore(capacity, hash)), group, node, checks);
        cluster.listen(new ClusterListener() {
            @Override
            public void viewChanged(dev.shortwire.cluster.Routing before, dev.shortwire.cluster.Routing after) {
                simulation.note(node.name(), "adopts view " + after.epoch() + " " + after.members());
                node.adopted(simulation.nowNanos(), before, after);
                checks.forEach(check -> check.viewAdopted(node, before, after));
            }

            @Override
            public void linksChanged(dev.shortwire.cluster.Routing now) {}
        });
        CacheEngine engine = new CacheEngine(cluster, placement, stores, CacheListener.NONE);
        for (SimLoader.Group group : groups) {
            SimLoader loader = group.loader();
            engine.open(group.name(), group.options(),
                    loader == null ? null : loader(node, group, plants.loader(group.name(), loader)), false);
        }
        return engine;
    }

    private GroupLoader loader(SimNode node, SimLoader.Group group, SimLoader loader) {
        GroupOptions options = group.options();
        return (key, ancestry, deadlineNanos, result) -> {
            long start = node.process().worldTime(deadlineNanos) - options.loadTimeout().toNanos();
            simulation.note(node.name(), "loads " + group.name() + "/" + key);
            checks.forEach(check -> check.loadStarted(node, group.name(), key, start));
            return loader.load(node, key, ancestry, new WatchedResult(this, node, group.name(), key, start, result));
        };
    }

    private SimCall begin(String name, SimCall.Kind kind, String group, String key, @Nullable Bytes value,
            Duration timeout) {
        SimNode node = node(name);
        if (!node.isRunning() || node.isPaused()) {
            throw new IllegalStateException("node " + name + " can't be called: it does not run");
        }
        SimCall call = new SimCall(node, kind, group, key, value, simulation.nowNanos(), timeout);
        simulation.note(name, "call " + kind + " " + group + "/" + key);
        checks.forEach(check -> check.callStarted(call));
        return call;
    }

    private CacheGroup opened(SimCall call) {
        CacheGroup group = call.node().engine().group(call.group());
        if (group == null) {
            throw new IllegalArgumentException("no group " + call.group());
        }
        return group;
    }

    private long deadline(SimCall call) {
        return call.node().process().clock() + call.deadlineNanos() - call.startedNanos();
    }

    private Consumer<Outcome> ender(SimCall call) {
        return outcome -> plants.ending().apply(() -> end(call, outcome)).run();
    }

    private void end(SimCall call, Outcome outcome) {
        call.end(outcome, simulation.nowNanos());
        simulation.note(call.node().name(), call.toString());
        checks.forEach(check -> check.callEnded(call));
    }
}
