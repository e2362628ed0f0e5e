package dev.shortwire.testkit;

import dev.shortwire.ring.Placement;
import dev.shortwire.ring.Ring;
import dev.shortwire.ring.RingMember;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A placement that builds each ring once for all nodes of a simulation, since it is a pure function of its members.
final class SharedRings implements Placement {
    private final Placement placement;
    private final Map<List<RingMember>, Ring> rings = new HashMap<>();

    SharedRings(Placement placement) {
        this.placement = placement;
    }

    @Override
    public String name() {
        return placement.name();
    }

    @Override
    public long hash(String group, String key) {
        return placement.hash(group, key);
    }

    @Override
    public Ring ring(Collection<RingMember> members) {
        return rings.computeIfAbsent(List.copyOf(members), placement::ring);
    }
}
