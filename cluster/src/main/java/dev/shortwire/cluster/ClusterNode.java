package dev.shortwire.cluster;

import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.Node;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.View;
import dev.shortwire.ring.Placement;
import dev.shortwire.spi.Scheduler.Timer;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.FrameView;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// A node of a cluster below its caches and locks: it joins, adopts views, keeps a link to every member, and passes
/// each request that arrives to the handler of its kind. It owns no thread; safe for use by any.
///
/// The cluster machine decides and this class does: it is the machine's effects, the registry's listener, the wires'
/// handler and the links' observer.
public final class ClusterNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);
    private static final long REJOIN_NANOS = Duration.ofMillis(500).toNanos();

    private final ClusterConfig config;
    private final Environment environment;
    private final Registry registry;
    private final Map<String, Wire> wires = new LinkedHashMap<>();
    private final MessageHandler[] handlers = new MessageHandler[256];
    private final @Nullable HitHandler[] hitHandlers = new HitHandler[256];
    private final List<ClusterListener> listeners = new ArrayList<>();
    private final List<Wire.Listener> bound = new ArrayList<>();
    private final Serial serial;
    private final ClusterMachine machine;
    private final CallWatch watch;
    private final LinkReports reports;
    private final long clusterId;
    private volatile Routing routing;
    private volatile Sender sender;
    private volatile Map<String, Profile> profiles = Map.of();
    private volatile boolean registryReachable;
    private volatile boolean closed;
    private final CompletableFuture<View> joined = new CompletableFuture<>();

    /// A node that knows of no wires but those it has.
    ///
    /// @param wires what this node can speak, best first; closed with the node
    public ClusterNode(ClusterConfig config, Environment environment, Placement placement, Registry registry,
            List<Wire> wires) {
        this(config, environment, placement, registry, wires, Map.of());
    }

    /// @param wires what this node can speak, best first; closed with the node
    /// @param out   other wires, by name: why this node does not speak them
    public ClusterNode(ClusterConfig config, Environment environment, Placement placement, Registry registry,
            List<Wire> wires, Map<String, String> out) {
        this.config = config;
        this.environment = environment;
        this.serial = new Serial(environment.faults());
        this.registry = registry;
        wires.forEach(wire -> this.wires.put(wire.name(), wire));
        this.clusterId = FrameCodec.clusterId(config.cluster());
        long incarnation = newIncarnation();
        this.machine = new ClusterMachine(config.name(), incarnation, List.copyOf(this.wires.keySet()),
                new Nearness(config.host(), config.pid()), placement, new Effects());
        this.watch = new CallWatch(environment.clock(), environment.scheduler(),
                line -> serial.run(() -> machine.late(line)));
        this.reports = new LinkReports(environment.clock(), List.copyOf(this.wires.keySet()), out);
        this.routing = machine.routing();
        this.sender = new Sender(clusterId, 0, config.name(), incarnation);
        on(Kinds.STATUS, (request, caller, deadline, replier) -> replier.reply(frame(Kinds.STATUS_IS).build()));
    }

    /// Names the handler of a kind of request. Before [#start].
    public void on(int kind, MessageHandler handler) {
        handlers[kind] = handler;
    }

    /// Names who answers requests of a kind at once where he can, before the handler of that kind is asked. Before
    /// [#start].
    public void onHit(int kind, HitHandler handler) {
        hitHandlers[kind] = handler;
    }

    /// Adds somebody who is told of changes. Before [#start].
    public void listen(ClusterListener listener) {
        listeners.add(listener);
    }

    /// Listens on each address, by name of the wire, then joins the view, or for an observer only watches it. The
    /// future completes with the first view that this node is in (an observer: that it sees), and fails as
    /// [Registry#join] does.
    ///
    /// @throws ConfigurationException if it can't listen; then nothing stays open
    public CompletionStage<View> start(Map<String, String> addresses) {
        return start(addresses, List.of());
    }

    /// As the other `start`, with wires without which it can do: where one of those can't listen, the node says so once
    /// and its peers use another one.
    public CompletionStage<View> start(Map<String, String> addresses, Collection<String> dispensable) {
        try {
            addresses.forEach((wire, address) -> listen(wire, address, dispensable.contains(wire)));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        registry.watch(new FromRegistry());
        if (!config.observer()) {
            join();
        }
        return joined;
    }

    private void listen(String wire, String address, boolean dispensable) {
        try {
            bound.add(wire(wire).listen(address, new Incoming()));
        } catch (ConfigurationException e) {
            if (!dispensable) {
                throw e;
            }
            LOG.warn("node {} can't be reached over {}: {}", config.name(), wire, e.getMessage());
        }
    }

    /// What this node routes by now.
    public Routing routing() {
        return routing;
    }

    public ClusterConfig config() {
        return config;
    }

    /// Where this node listens.
    public List<Endpoint> endpoints() {
        return bound.stream().map(Wire.Listener::endpoint).toList();
    }

    /// Names of the wires that this node has, best first.
    public List<String> wires() {
        return List.copyOf(wires.keySet());
    }

    public Environment environment() {
        return environment;
    }

    /// The machine in which this node's state changes.
    public Serial serial() {
        return serial;
    }

    /// Which process of its name this node is now.
    public long incarnation() {
        return sender.incarnation();
    }

    public boolean isRegistryReachable() {
        return registryReachable;
    }

    /// What the members have published, by name; only of those in the present view that have.
    public Map<String, Profile> profiles() {
        return profiles;
    }

    /// A frame from this node under its present view.
    public Frame.Builder frame(int kind) {
        return begin(Frame.builder(), kind);
    }

    /// As [#frame], with a builder that is there already.
    public Frame.Builder begin(Frame.Builder frame, int kind) {
        return frame.begin(kind, sender).epoch(routing.epoch());
    }

    /// By what this node is known to its peers now.
    public Sender sender() {
        return sender;
    }

    /// How the link to a member is: `self`, `linked`, `silent`, `connecting` or `unreachable`. Approximate while events
    /// run.
    public String stateOf(String member) {
        Lines lines = routing.lines(member);
        return member.equals(config.name()) ? "self"
                : lines == null ? machine.stateOf(member) : lines.silent() ? "silent" : "linked";
    }

    /// By which wires each member can be reached, which one is used, and why.
    public CompletionStage<List<Node.PeerLinks>> links() {
        CompletableFuture<List<Node.PeerLinks>> told = new CompletableFuture<>();
        serial.run(() -> told.complete(reports.of(machine.peers(), profiles)));
        return told;
    }

    /// Keeps an eye on a call until it is over, so that it is told when its line falls silent.
    public void track(TrackedCall call) {
        watch.add(call);
    }

    /// Asks the registry for a newer view and runs `then` in the machine once one of at least `epoch` is adopted, or
    /// after `timeoutNanos`.
    public void awaitEpoch(long epoch, long timeoutNanos, Runnable then) {
        if (routing.epoch() < epoch) {
            registry.refresh();
        }
        serial.run(() -> machine.awaitEpoch(epoch, timeoutNanos, then));
    }

    /// Runs `then` in the machine once it is known whether `member` can be reached: at once if a link is up or the last
    /// attempt failed, else when the attempt under way ends, or after `timeoutNanos`; for a link that was there and is
    /// lost, after `lostTimeoutNanos`.
    public void awaitLink(String member, long timeoutNanos, long lostTimeoutNanos, Runnable then) {
        serial.run(() -> machine.awaitLink(member, timeoutNanos, lostTimeoutNanos, then));
    }

    /// Leaves the view if it is in one, closes links, listeners, wires and the registry. Blocks as they do.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        registry.close();
        bound.forEach(Wire.Listener::close);
        serial.run(machine::close);
        wires.values().forEach(Wire::close);
        joined.completeExceptionally(FailureKind.CLOSED.exception("node " + config.name() + " is closed"));
    }

    private Wire wire(String name) {
        Wire wire = wires.get(name);
        ConfigurationException.require(wire != null,
                "wire=\"" + name + "\" is not one of " + wires.keySet() + "; add its module or choose another");
        return Objects.requireNonNull(wire);
    }

    /// 0 stands for "unknown" in frames and views.
    private long newIncarnation() {
        long incarnation = environment.random().nextLong();
        return incarnation == 0 ? 1 : incarnation;
    }

    private void join() {
        long incarnation = sender.incarnation();
        Map<String, String> addresses = new TreeMap<>();
        bound.forEach(listener -> addresses.put(listener.endpoint().wire(), listener.endpoint().address()));
        Profile profile = new Profile(config.name(), incarnation, config.host(), config.pid(), addresses,
                config.details());
        registry.join(new Member(config.name(), incarnation, config.weight()), profile)
                .whenComplete((view, failure) -> joinEnded(incarnation, view, failure));
    }

    private void joinEnded(long incarnation, @Nullable View view, @Nullable Throwable failure) {
        if (closed || incarnation != sender.incarnation()) {
            return;
        }
        if (failure == null) {
            serial.run(() -> machine.registered(incarnation, Objects.requireNonNull(view)));
            return;
        }
        if (!joined.isDone()) {
            joined.completeExceptionally(failure);
            return;
        }
        LOG.warn("node {} could not come back into the view, trying again: {}", config.name(), failure.getMessage());
        environment.scheduler().schedule(REJOIN_NANOS, () -> {
            if (!closed) {
                join();
            }
        });
    }

    /// Why a frame may not be answered, or null.
    private @Nullable String objection(Sender from) {
        if (from.cluster() != clusterId) {
            return "frame from another cluster than " + config.cluster() + "; check the cluster's name on both sides";
        }
        long mine = sender.registryIncarnation();
        if (mine != 0 && from.registryIncarnation() != 0 && from.registryIncarnation() != mine) {
            return "frame from another life of the registry of " + config.cluster()
                    + "; the registry was replaced, or the nodes use different ones";
        }
        return null;
    }

    /// What the machine wants done.
    private final class Effects implements ClusterEffects {
        @Override
        public long nanoTime() {
            return environment.clock().nanoTime();
        }

        @Override
        public void connect(Peer peer, Lane lane) {
            wire(lane.wire()).connect(lane.endpoint, config.connectTimeout().toNanos(), new ToPeer(peer, lane));
        }

        @Override
        public void ping(Peer peer, Lane lane, Line line, long number) {
            line.link().call(frame(Kinds.STATUS).build(), config.connectTimeout().toNanos(),
                    new Pong(peer, lane, line, number));
        }

        @Override
        public void told(String what, boolean worse) {
            LOG.atLevel(worse ? Level.WARN : Level.INFO).log(what);
        }

        @Override
        public void close(Link link) {
            link.close();
        }

        @Override
        public Timer later(long delayNanos, Runnable event) {
            return environment.scheduler().schedule(delayNanos, () -> serial.run(event));
        }

        @Override
        public void publish(Routing next, boolean viewChanged) {
            Routing before = routing;
            if (viewChanged) {
                // First those who keep what the old view gave them: a hit is answered beside the machine to whoever asks
                // under the epoch that is routed by, and must not find what another owner may have changed meanwhile.
                LOG.info("{} adopts view {} with {}", config.name(), next.epoch(), next.members());
                listeners.forEach(listener -> listener.viewChanged(before, next));
                sender = new Sender(clusterId, next.view().registryIncarnation(), config.name(), next.incarnation());
            }
            // Other links leave the sender: it may be another incarnation already than it was in this view.
            routing = next;
            if (viewChanged) {
                if (next.isMember() || config.observer()) {
                    joined.complete(next.view());
                }
            } else {
                listeners.forEach(listener -> listener.linksChanged(next));
            }
        }

        @Override
        public void reportGone(Peer peer) {
            LOG.info("every wire to {} refuses: its process is gone", peer.name);
            registry.reportGone(peer.name, peer.incarnation);
        }

        @Override
        public void lostMembership() {
            if (closed) {
                return;
            }
            long incarnation = newIncarnation();
            LOG.warn("{} is no longer in the view; it comes back as a new process", config.name());
            machine.reincarnated(incarnation);
            sender = new Sender(clusterId, sender.registryIncarnation(), config.name(), incarnation);
            join();
        }
    }

    private final class FromRegistry implements Registry.RegistryListener {
        @Override
        public void changed(View view, Map<String, Profile> known) {
            profiles = Collections.unmodifiableMap(new TreeMap<>(known));
            serial.run(() -> machine.changed(view, known));
        }

        @Override
        public void reachable(boolean reachable) {
            if (registryReachable != reachable) {
                registryReachable = reachable;
                LOG.info("{}: the registry is {}", config.name(), reachable ? "reachable" : "away");
            }
        }
    }

    private final class ToPeer implements Wire.LinkObserver {
        private final Peer peer;
        private final Lane lane;

        ToPeer(Peer peer, Lane lane) {
            this.peer = peer;
            this.lane = lane;
        }

        @Override
        public void opened(Link link) {
            Line line = new Line(peer.name, link, slow -> serial.run(() -> machine.slow(slow)));
            serial.run(() -> machine.opened(peer, lane, line));
        }

        @Override
        public void refused(WireFailure failure) {
            LOG.debug("no link to {} at {}: {}", peer.name, lane.endpoint, failure.message());
            serial.run(() -> machine.refused(peer, lane, failure));
        }

        @Override
        public void closed(Link link, WireFailure failure) {
            LOG.debug("the link to {} at {} closed: {}", peer.name, lane.endpoint, failure.message());
            serial.run(() -> machine.closed(peer, lane, link, failure));
        }
    }

    /// Waits for the answer to a ping, and looks who has sent it: at an address that was somebody's once, anybody may
    /// listen now.
    private final class Pong implements Link.CallOutcome {
        private final Peer peer;
        private final Lane lane;
        private final Line line;
        private final long number;
        private final long sentNanos = environment.clock().nanoTime();

        Pong(Peer peer, Lane lane, Line line, long number) {
            this.peer = peer;
            this.lane = lane;
            this.line = line;
            this.number = number;
        }

        @Override
        public void reply(Frame reply) {
            long took = Math.max(1, environment.clock().nanoTime() - sentNanos);
            String stranger = stranger(reply);
            serial.run(() -> machine.answered(peer, lane, line, number, took, stranger));
        }

        @Override
        public void failed(WireFailure failure) {
            serial.run(() -> machine.unanswered(peer, lane, line, number, "it is open and " + failure.message()));
        }

        /// So that a wire which sends what may be repeated by another path is judged by that one.
        @Override
        public boolean mayRepeat() {
            return true;
        }

        private @Nullable String stranger(Frame reply) {
            Sender from = reply.sender();
            if (reply.kind() == Kinds.FAILED) {
                return Replies.messageOf(reply);
            }
            return peer.is(from.name(), peer.incarnation == 0 ? 0 : from.incarnation()) ? null
                    : "node " + from.name() + " answers there, or another process of that name";
        }
    }

    private final class Incoming implements FrameHandler {
        @Override
        public boolean answersAtOnce(FrameView request, Frame.Builder reply) {
            HitHandler handler = hitHandlers[request.kind()];
            return handler != null && objection(request.sender()) == null && handler.answers(request, reply);
        }

        @Override
        public void onCall(Frame request, Caller caller, long deadlineNanos, Replier replier) {
            String objection = objection(request.sender());
            if (objection != null) {
                replier.reply(Replies.failed(frame(Kinds.FAILED), FailureKind.WRONG_CLUSTER, objection));
                return;
            }
            @Nullable
            MessageHandler handler = handlers[request.kind()];
            if (handler == null) {
                replier.reply(Replies.failed(frame(Kinds.FAILED), FailureKind.BAD_REQUEST,
                        "node " + config.name() + " does not know message kind " + request.kind() + "; upgrade it"));
                return;
            }
            try {
                handler.handle(request, caller, deadlineNanos, replier);
            } catch (RuntimeException e) {
                environment.faults().accept(e);
                replier.reply(Replies.failed(frame(Kinds.FAILED), FailureKind.INTERNAL, e.toString()));
            }
        }

        @Override
        public void onSend(Frame message, Caller caller) {
            LOG.debug("{} has nobody for {} from {}", config.name(), message, caller.address());
        }
    }
}
