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
import java.util.ArrayList;
import java.util.Collection;
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
/// Which of several wires to a peer is used is decided by that peer's [LinkChoice].
final class ClusterMachine {
    /// Greetings of TCP, of TLS and of ours, and as much again.
    private static final int PINGS_TO_REOPEN = 8;

    private final String self;
    private final List<String> wires;
    private final Nearness here;
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
    /// @param here  of this process, for hints about who is near
    ClusterMachine(String self, long incarnation, List<String> wires, Nearness here, Placement placement,
            ClusterEffects effects) {
        this.self = self;
        this.incarnation = incarnation;
        this.wires = List.copyOf(wires);
        this.here = here;
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

    void opened(Peer peer, Lane lane, Line line) {
        peer.choice.opened(lane, line, effects.nanoTime());
        follow(peer);
    }

    void refused(Peer peer, Lane lane, WireFailure failure) {
        peer.choice.refused(lane, failure, effects.nanoTime());
        follow(peer);
    }

    void closed(Peer peer, Lane lane, Link link, WireFailure failure) {
        peer.choice.closed(lane, link, failure, effects.nanoTime());
        follow(peer);
    }

    /// A ping was answered.
    ///
    /// @param stranger who has answered instead of the peer, or null if it was the peer
    void answered(Peer peer, Lane lane, Line line, long number, long tookNanos, @Nullable String stranger) {
        peer.choice.answered(lane, line, number, tookNanos, stranger, effects.nanoTime());
        follow(peer);
    }

    /// Nobody has answered a ping.
    void unanswered(Peer peer, Lane lane, Line line, long number, String why) {
        peer.choice.unanswered(lane, line, number, why, effects.nanoTime());
        follow(peer);
    }

    /// Calls over that line wait longer than usual.
    void late(Line line) {
        Peer peer = peers.get(line.peer());
        if (peer != null) {
            peer.choice.late(line, effects.nanoTime());
            follow(peer);
        }
    }

    /// Small calls over that line take longer than before.
    void slow(Line line) {
        Peer peer = peers.get(line.peer());
        if (peer != null) {
            peer.choice.slow(line, effects.nanoTime());
            follow(peer);
        }
    }

    /// Lets the choice do what is due, and sees to it that it is woken in time.
    private void follow(Peer peer) {
        if (peers.get(peer.name) != peer) {
            return;
        }
        long now = effects.nanoTime();
        long due = peer.choice.advance(now);
        peer.state = peer.present();
        boolean armed = peer.timer != null && (due == Long.MAX_VALUE || peer.timerAtNanos - due <= 0);
        if (!armed) {
            peer.cancelTimer();
            if (due != Long.MAX_VALUE) {
                peer.timerAtNanos = due;
                peer.timer = effects.later(Math.max(0, due - now), () -> {
                    peer.timer = null;
                    follow(peer);
                });
            }
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
    /// name is in the view. Else when the attempt under way ends, or after `timeoutNanos`, and for a link that was lost
    /// after `lostTimeoutNanos` or the time of some pings, which is what opening another takes.
    void awaitLink(String member, long timeoutNanos, long lostTimeoutNanos, Runnable then) {
        Peer peer = peers.get(member);
        if (peer == null || peer.choice.line() != null || peer.choice.hasFailed()) {
            then.run();
            return;
        }
        LinkWaiter waiter = new LinkWaiter(member, then);
        linkWaiters.add(waiter);
        long reopening = Math.max(lostTimeoutNanos, PINGS_TO_REOPEN * peer.choice.slowestPingNanos());
        effects.later(peer.choice.wasLinked() ? Math.min(timeoutNanos, reopening) : timeoutNanos, () -> {
            if (linkWaiters.remove(waiter)) {
                then.run();
            }
        });
    }

    /// Everybody whom this node knows, by name.
    Collection<Peer> peers() {
        return peers.values();
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
        routing = new Routing(view, ring, self, incarnation, member, lines());
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
                peers.put(member.name(), new Peer(member.name(), member.incarnation(),
                        peer -> new LinkChoice(self + " to " + peer.name, new PeerEffects(peer))));
            }
        }
    }

    private void forget(Peer peer) {
        peer.cancelTimer();
        peer.choice.close();
    }

    private void learn(Profile profile) {
        Peer peer = peers.get(profile.name());
        if (peer == null || !peer.is(profile.name(), profile.incarnation())) {
            return;
        }
        List<LinkChoice.Candidate> candidates = new ArrayList<>();
        for (String wire : wires) {
            String address = profile.endpoints().get(wire);
            if (address != null) {
                candidates.add(new LinkChoice.Candidate(new Endpoint(wire, address), here.doubt(wire, profile)));
            }
        }
        peer.choice.candidates(candidates);
        follow(peer);
    }

    private void publishLinks() {
        routing = routing.withLines(lines());
        effects.publish(routing, false);
    }

    private Map<String, Lines> lines() {
        Map<String, Lines> lines = new TreeMap<>();
        for (Peer peer : peers.values()) {
            Line line = peer.choice.line();
            if (line != null) {
                lines.put(peer.name, new Lines(line, peer.choice.spare(), peer.choice.isSilent()));
            }
        }
        return lines;
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

    /// What the choice of one peer wants done.
    private final class PeerEffects implements LinkEffects {
        private final Peer peer;

        PeerEffects(Peer peer) {
            this.peer = peer;
        }

        @Override
        public void connect(Lane lane) {
            effects.connect(peer, lane);
        }

        @Override
        public void close(Link link) {
            effects.close(link);
        }

        @Override
        public void ping(Lane lane, Line line, long number) {
            effects.ping(peer, lane, line, number);
        }

        @Override
        public void changed() {
            publishLinks();
            if (peer.choice.line() != null) {
                wakeLinkWaiters(peer.name);
            }
        }

        @Override
        public void unreachable(boolean gone) {
            if (gone) {
                effects.reportGone(peer);
            }
            wakeLinkWaiters(peer.name);
        }

        @Override
        public void told(String what, boolean worse) {
            effects.told(what, worse);
        }
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
