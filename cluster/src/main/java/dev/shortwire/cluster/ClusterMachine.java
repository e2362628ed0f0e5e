package dev.shortwire.cluster;

import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.View;
import dev.shortwire.ring.Placement;
import dev.shortwire.ring.Ring;
import dev.shortwire.ring.RingMember;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.WireFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Which view this node has adopted and which links it keeps. Events in, effects out; confined to the serialized machine.
///
/// There is one truth about who is a member, the registry's: a link that breaks changes nothing but how a peer is
/// reached. Only when every wire to a process refuses, which proves that nobody is there, is the registry told so.
final class ClusterMachine {
    private static final long FIRST_RETRY_NANOS = Duration.ofMillis(50).toNanos();
    private static final long LONGEST_RETRY_NANOS = Duration.ofSeconds(1).toNanos();

    private final String self;
    private final List<String> wires;
    private final Placement placement;
    private final ClusterEffects effects;
    /// Changed by the machine alone; read by [#stateOf] from any thread.
    private final ConcurrentSkipListMap<String, Peer> peers = new ConcurrentSkipListMap<>();
    private final List<EpochWaiter> epochWaiters = new ArrayList<>();
    private final List<LinkWaiter> linkWaiters = new ArrayList<>();
    private long incarnation;
    private boolean wasMember;
    private boolean closed;
    /// The view by which the registry took this incarnation in, until it is lost again; null while it has not.
    private @Nullable View registered;
    private Routing routing;

    /// @param wires names of the wires that this node has, best first
    ClusterMachine(String self, long incarnation, List<String> wires, Placement placement, ClusterEffects effects) {
        this.self = self;
        this.incarnation = incarnation;
        this.wires = List.copyOf(wires);
        this.placement = placement;
        this.effects = effects;
        this.routing = new Routing(View.empty(0), placement.ring(List.of()), self, incarnation, false, Map.of());
    }

    Routing routing() {
        return routing;
    }

    /// The registry has a view, or profiles for the one we have.
    void changed(View view, Map<String, Profile> profiles) {
        if (closed) {
            // On its way when the node closed: nobody would ever close the links that it leads to.
            return;
        }
        boolean otherRegistry = view.registryIncarnation() != routing.view().registryIncarnation();
        boolean newer = otherRegistry || view.epoch() > routing.epoch();
        if (newer) {
            adopt(view);
        }
        if (newer || view.epoch() == routing.epoch()) {
            // By name: the order in which links are opened must not hang on the order of a map.
            new TreeMap<>(profiles).values().forEach(this::learn);
        }
    }

    /// This node comes back as another process of its name.
    void reincarnated(long newIncarnation) {
        incarnation = newIncarnation;
        wasMember = false;
        registered = null;
    }

    /// The registry has taken that incarnation of this node in by `view`. A node that misses all views which have it
    /// would never see that it was taken out again, so this counts as having been a member.
    void registered(long which, View view) {
        if (which != incarnation) {
            return;
        }
        registered = view;
        boolean sawLater = routing.view().registryIncarnation() == view.registryIncarnation()
                && routing.epoch() >= view.epoch();
        if (sawLater && !routing.isMember()) {
            effects.lostMembership();
        }
    }

    void opened(Peer peer, Link link) {
        if (peers.get(peer.name) != peer || peer.state != Peer.State.CONNECTING) {
            effects.close(link);
            return;
        }
        peer.state = Peer.State.LINKED;
        peer.link = link;
        peer.failedRounds = 0;
        publishLinks();
        wakeLinkWaiters(peer.name);
    }

    void refused(Peer peer, WireFailure failure) {
        if (peers.get(peer.name) != peer || peer.state != Peer.State.CONNECTING) {
            return;
        }
        peer.allRefused &= failure.cause() == WireFailure.Cause.REFUSED;
        peer.attempt++;
        if (peer.attempt < peer.endpoints.size()) {
            effects.connect(peer, peer.endpoints.get(peer.attempt));
            return;
        }
        peer.failedRounds++;
        peer.state = Peer.State.WAITING;
        if (peer.allRefused) {
            effects.reportGone(peer);
        }
        wakeLinkWaiters(peer.name);
        long delay = Math.min(FIRST_RETRY_NANOS << Math.min(peer.failedRounds - 1, 10), LONGEST_RETRY_NANOS);
        peer.retry = effects.later(delay, () -> connect(peer));
    }

    void closed(Peer peer, Link link) {
        if (peer.link != link) {
            return;
        }
        peer.link = null;
        if (peers.get(peer.name) == peer) {
            publishLinks();
            connect(peer);
        }
    }

    /// Runs `then` once a view of at least that epoch is adopted, or after `timeoutNanos`, whichever is first.
    void awaitEpoch(long epoch, long timeoutNanos, Runnable then) {
        if (routing.epoch() >= epoch) {
            then.run();
            return;
        }
        EpochWaiter waiter = new EpochWaiter(epoch, then);
        epochWaiters.add(waiter);
        effects.later(timeoutNanos, () -> {
            if (epochWaiters.remove(waiter)) {
                then.run();
            }
        });
    }

    /// Runs `then` at once if there is nothing to wait for: a link is up, or the last attempt failed, or nobody of that
    /// name is in the view. Else when the attempt under way ends, or after `timeoutNanos`.
    void awaitLink(String member, long timeoutNanos, Runnable then) {
        Peer peer = peers.get(member);
        if (peer == null || peer.state == Peer.State.LINKED || peer.state == Peer.State.WAITING
                || peer.failedRounds > 0) {
            then.run();
            return;
        }
        LinkWaiter waiter = new LinkWaiter(member, then);
        linkWaiters.add(waiter);
        effects.later(timeoutNanos, () -> {
            if (linkWaiters.remove(waiter)) {
                then.run();
            }
        });
    }

    String stateOf(String member) {
        Peer peer = peers.get(member);
        return member.equals(self) ? "self" : peer == null ? "unknown" : peer.state.text;
    }

    void close() {
        closed = true;
        for (Peer peer : peers.values()) {
            forget(peer);
        }
        peers.clear();
    }

    private void adopt(View view) {
        Member me = view.member(self);
        boolean member = me != null && isSame(me.incarnation(), incarnation);
        followPeers(view);
        List<RingMember> onRing = view.members().stream().map(m -> new RingMember(m.name(), m.weight())).toList();
        Ring ring = placement.ring(onRing);
        routing = new Routing(view, ring, self, incarnation, member, openLinks());
        effects.publish(routing, true);
        boolean lost = !member && (wasMember || registered != null && !isBefore(view, registered));
        wasMember = member;
        if (lost) {
            effects.lostMembership();
        }
        wakeEpochWaiters();
        linkWaiters.stream().map(w -> w.member).filter(m -> !peers.containsKey(m)).toList()
                .forEach(this::wakeLinkWaiters);
    }

    /// Static lists do not know incarnations: theirs are 0.
    private static boolean isSame(long registered, long own) {
        return registered == 0 || registered == own;
    }

    private static boolean isBefore(View view, View other) {
        return view.registryIncarnation() == other.registryIncarnation() && view.epoch() < other.epoch();
    }

    private void followPeers(View view) {
        for (Iterator<Peer> i = peers.values().iterator(); i.hasNext();) {
            Peer peer = i.next();
            if (!view.has(peer.name, peer.incarnation)) {
                i.remove();
                forget(peer);
            }
        }
        for (Member member : view.members()) {
            if (!member.name().equals(self) && !peers.containsKey(member.name())) {
                peers.put(member.name(), new Peer(member.name(), member.incarnation()));
            }
        }
    }

    private void forget(Peer peer) {
        peer.cancelRetry();
        Link link = peer.link;
        if (link != null) {
            peer.link = null;
            effects.close(link);
        }
    }

    private void learn(Profile profile) {
        Peer peer = peers.get(profile.name());
        if (peer == null || !peer.is(profile.name(), profile.incarnation())) {
            return;
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (String wire : wires) {
            String address = profile.endpoints().get(wire);
            if (address != null) {
                endpoints.add(new Endpoint(wire, address));
            }
        }
        if (!endpoints.equals(peer.endpoints)) {
            peer.endpoints = List.copyOf(endpoints);
            if (peer.state == Peer.State.UNKNOWN || peer.state == Peer.State.WAITING) {
                connect(peer);
            }
        }
    }

    private void connect(Peer peer) {
        peer.cancelRetry();
        if (peers.get(peer.name) != peer || peer.endpoints.isEmpty()) {
            peer.state = Peer.State.UNKNOWN;
            return;
        }
        peer.state = Peer.State.CONNECTING;
        peer.attempt = 0;
        peer.allRefused = true;
        effects.connect(peer, peer.endpoints.getFirst());
    }

    private void publishLinks() {
        routing = routing.withLinks(openLinks());
        effects.publish(routing, false);
    }

    private Map<String, Link> openLinks() {
        Map<String, Link> links = new TreeMap<>();
        for (Peer peer : peers.values()) {
            Link link = peer.link;
            if (link != null) {
                links.put(peer.name, link);
            }
        }
        return links;
    }

    private void wakeEpochWaiters() {
        List<EpochWaiter> ready = epochWaiters.stream().filter(w -> w.epoch <= routing.epoch()).toList();
        epochWaiters.removeAll(ready);
        ready.forEach(w -> w.then.run());
    }

    private void wakeLinkWaiters(String member) {
        List<LinkWaiter> ready = linkWaiters.stream().filter(w -> w.member.equals(member)).toList();
        linkWaiters.removeAll(ready);
        ready.forEach(w -> w.then.run());
    }

    /// Identity matters: two equal waits are two waits.
    private static final class EpochWaiter {
        private final long epoch;
        private final Runnable then;

        EpochWaiter(long epoch, Runnable then) {
            this.epoch = epoch;
            this.then = then;
        }
    }

    private static final class LinkWaiter {
        private final String member;
        private final Runnable then;

        LinkWaiter(String member, Runnable then) {
            this.member = member;
            this.then = then;
        }
    }
}
