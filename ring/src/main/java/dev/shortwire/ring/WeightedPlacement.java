package dev.shortwire.ring;

import static dev.shortwire.ConfigurationException.require;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Consistent hashing with weighted virtual nodes; the default.
///
/// All numbers are 64 bits wide and wrap round. With `xxh3(text)`: XXH3-64 with seed 0 over the UTF-16 code units of the
/// text, each as two bytes, low byte first; and `mix(z)`: the finalizer of SplitMix64, which is
///
/// ```
/// z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9
/// z = (z ^ (z >>> 27)) * 0x94D049BB133111EB
/// z =  z ^ (z >>> 31)
/// ```
///
/// - a key lies at `mix(xxh3(key) ^ mix(xxh3(group)))`, so that each group is spread anew;
/// - point `i` of a member, counted from 0, lies at `mix(xxh3(name) + (i + 1) * 0x9E3779B97F4A7C15)`: the stream of
///   SplitMix64 that starts at the hash of the name;
/// - a member has `weight * virtualNodes / 100` points, rounded to the nearest, a half up, at least one: a greater weight
///   adds points and moves none;
/// - where two members have the same point, the one whose name is the smaller by UTF-16 code units has it.
///
/// How the default was chosen, and what it costs: `docs/decisions/0002-ring.md`.
public final class WeightedPlacement implements Placement {
    /// The share of a member strays from the ideal by about `1 / sqrt(virtualNodes)`: 1.6 % here, so that 1.10 of the
    /// ideal is more than six standard deviations away.
    public static final int DEFAULT_VIRTUAL_NODES = 4096;

    private static final int MAX_VIRTUAL_NODES = 65_536;
    private static final int MAX_POINTS = 1 << 28;
    private static final String NAME = "weighted";

    private final int virtualNodes;
    private final GroupSalts salts = new GroupSalts();

    public WeightedPlacement() {
        this(DEFAULT_VIRTUAL_NODES);
    }

    /// @param virtualNodes points of a member of weight 100, 1 to 65,536. More of them even out the shares and make the
    ///                     ring larger (up to 24 bytes a point) and slower to build
    public WeightedPlacement(int virtualNodes) {
        require(virtualNodes >= 1, "virtualNodes=" + virtualNodes + " must be >= 1; set ring.virtual-nodes");
        require(virtualNodes <= MAX_VIRTUAL_NODES,
                "virtualNodes=" + virtualNodes + " must be <= " + MAX_VIRTUAL_NODES + "; set ring.virtual-nodes");
        this.virtualNodes = virtualNodes;
    }

    /// `weighted`, with any number of virtual nodes but the default `weighted:` and that number: nodes that differ in it
    /// differ in who owns what.
    @Override
    public String name() {
        return virtualNodes == DEFAULT_VIRTUAL_NODES ? NAME : NAME + ":" + virtualNodes;
    }

    @Override
    public long hash(String group, String key) {
        return Hashes.mix(Hashes.xxh3(key) ^ salts.of(group));
    }

    @Override
    public Ring ring(Collection<RingMember> members) {
        List<String> names = PointRing.sortedNames(members);
        Map<String, Integer> counts = new HashMap<>();
        long total = 0;
        for (RingMember member : members) {
            int count = pointsOf(member);
            counts.put(member.name(), count);
            total += count;
        }
        require(total <= MAX_POINTS, "ring of " + members.size() + " members has " + total + " points, must be <= "
                + MAX_POINTS + "; lower ring.virtual-nodes or the weights");
        long[] points = new long[(int) total];
        int[] owners = new int[(int) total];
        int end = 0;
        for (int index = 0; index < names.size(); index++) {
            String name = names.get(index);
            int start = end;
            end += counts.getOrDefault(name, 0);
            fill(points, start, end, Hashes.xxh3(name));
            Arrays.fill(owners, start, end, index);
        }
        return PointRing.of(names, points, owners);
    }

    /// Where point `index` of a member lies.
    static long point(String name, int index) {
        return Hashes.mix(Hashes.xxh3(name) + (index + 1) * Hashes.GOLDEN_GAMMA);
    }

    int pointsOf(RingMember member) {
        return Math.max(1, (member.weight() * virtualNodes + 50) / 100);
    }

    private static void fill(long[] points, int start, int end, long seed) {
        long state = seed;
        for (int i = start; i < end; i++) {
            state += Hashes.GOLDEN_GAMMA;
            points[i] = Hashes.mix(state);
        }
    }
}
