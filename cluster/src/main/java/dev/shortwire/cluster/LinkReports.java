package dev.shortwire.cluster;

import dev.shortwire.Node.LinkCandidate;
import dev.shortwire.Node.LinkChange;
import dev.shortwire.Node.PeerLinks;
import dev.shortwire.registry.Profile;
import dev.shortwire.spi.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Says what the choices of links are, for people. Used within the machine.
final class LinkReports {
    private final Clock clock;
    private final List<String> wires;
    private final Map<String, String> out;

    /// @param wires names of the wires that this node has, best first
    /// @param out   other wires, by name: why this node does not have them
    LinkReports(Clock clock, List<String> wires, Map<String, String> out) {
        this.clock = clock;
        this.wires = wires;
        this.out = Collections.unmodifiableMap(new TreeMap<>(out));
    }

    List<PeerLinks> of(Collection<Peer> peers, Map<String, Profile> profiles) {
        return peers.stream().map(peer -> of(peer, profiles.get(peer.name))).toList();
    }

    private PeerLinks of(Peer peer, @Nullable Profile profile) {
        LinkChoice choice = peer.choice;
        Lane chosen = choice.chosen();
        List<LinkCandidate> candidates = new ArrayList<>();
        choice.lanes().forEach(lane -> candidates.add(candidate(lane, lane == chosen)));
        Map<String, String> published = profile == null ? Map.of() : profile.endpoints();
        for (String wire : wires) {
            if (!published.containsKey(wire)) {
                candidates.add(absent(wire, "", profile == null ? "the peer has published nothing yet"
                        : "not published by the peer"));
            }
        }
        TreeSet<String> others = new TreeSet<>(published.keySet());
        others.addAll(out.keySet());
        others.removeAll(wires);
        for (String wire : others) {
            candidates.add(absent(wire, published.getOrDefault(wire, ""),
                    out.getOrDefault(wire, "this node has no such wire; add its module")));
        }
        long now = clock.nanoTime();
        long wall = clock.wallMillis();
        List<LinkChange> changes = choice.history().stream().map(move -> new LinkChange(
                wall - (now - move.atNanos()) / 1_000_000, move.from(), move.to(), move.reason())).toList();
        return new PeerLinks(peer.name, peer.present().text, chosen == null ? "" : chosen.wire(), choice.reason(),
                profile == null ? "" : profile.host(), candidates, changes);
    }

    private static LinkCandidate candidate(Lane lane, boolean chosen) {
        Line line = lane.line;
        return new LinkCandidate(lane.wire(), lane.endpoint.address(), state(lane, chosen), why(lane),
                lane.pings.medianNanos(), line == null ? 0 : line.callNanos(), lane.pings.loss());
    }

    private static String state(Lane lane, boolean chosen) {
        return switch (lane.state) {
            case UP -> lane.isSuspect() ? "silent" : chosen ? "chosen" : "open";
            case CONNECTING, GREETING -> "connecting";
            case DOWN -> lane.why.isEmpty() ? "closed" : "refused";
        };
    }

    private static String why(Lane lane) {
        return lane.state != Lane.State.DOWN ? "" : !lane.why.isEmpty() ? lane.why
                : lane.doubt != null ? lane.doubt + "; tried when no other works" : "not needed";
    }

    private static LinkCandidate absent(String wire, String address, String why) {
        return new LinkCandidate(wire, address, "out", why, 0, 0, 0);
    }
}
