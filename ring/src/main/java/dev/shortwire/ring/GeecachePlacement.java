package dev.shortwire.ring;

import static dev.shortwire.ConfigurationException.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/// Exactly the placement of groupcache and geecache, so that a Java node can sit in a Go pool.
///
/// A member has a point for each replica index from 0: the CRC-32 (IEEE) of the index in decimal followed by the name, in
/// UTF-8. A key lies at the CRC-32 of its own UTF-8 bytes, whatever its group, and belongs to the first point that is not
/// less, past the last one to the first. Where two members have the same point, the one *added last* has it: the order of
/// the members given matters, and must be the same at every peer. Weights are ignored, as there are none in Go.
///
/// The 32 bits of a CRC are the upper half of the hash here, the lower half is 0; that changes no order.
public final class GeecachePlacement implements Placement {
    public static final int DEFAULT_REPLICAS = 50;

    private static final int MAX_REPLICAS = 65_536;
    private static final int MAX_POINTS = 1 << 28;
    private static final String NAME = "geecache";

    private final int replicas;

    public GeecachePlacement() {
        this(DEFAULT_REPLICAS);
    }

    /// @param replicas points of each member, 1 to 65,536; the Go programs must have the same
    public GeecachePlacement(int replicas) {
        require(replicas >= 1, "replicas=" + replicas + " must be >= 1; set ring.virtual-nodes");
        require(replicas <= MAX_REPLICAS,
                "replicas=" + replicas + " must be <= " + MAX_REPLICAS + "; set ring.virtual-nodes");
        this.replicas = replicas;
    }

    /// `geecache`, with any number of replicas but the default `geecache:` and that number.
    @Override
    public String name() {
        return replicas == DEFAULT_REPLICAS ? NAME : NAME + ":" + replicas;
    }

    @Override
    public long hash(String group, String key) {
        return (long) Hashes.crc32(key) << 32;
    }

    /// As [Placement#ring]; of members with a common point the one later in the order of `members` has it.
    @Override
    public Ring ring(Collection<RingMember> members) {
        List<String> names = PointRing.sortedNames(members);
        require((long) replicas * names.size() <= MAX_POINTS, "ring of " + names.size() + " members with " + replicas
                + " replicas has too many points, must be <= " + MAX_POINTS + "; lower ring.virtual-nodes");
        long[] points = new long[replicas * names.size()];
        int[] owners = new int[points.length];
        int start = 0;
        List<RingMember> lastAddedFirst = new ArrayList<>(members).reversed();
        for (RingMember member : lastAddedFirst) {
            Arrays.fill(owners, start, start + replicas, Collections.binarySearch(names, member.name()));
            for (int replica = 0; replica < replicas; replica++) {
                points[start + replica] = hash("", replica + member.name());
            }
            start += replicas;
        }
        return PointRing.of(names, points, owners);
    }
}
