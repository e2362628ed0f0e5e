package dev.shortwire.bench;

import dev.shortwire.ring.Placement;
import dev.shortwire.ring.Range;
import dev.shortwire.ring.Ring;
import dev.shortwire.ring.RingMember;
import dev.shortwire.ring.WeightedPlacement;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/// What one would do without a ring: hash modulo the number of members. To compare with, not to use.
final class ModuloPlacement implements Placement {
    private final WeightedPlacement hashes = new WeightedPlacement();

    @Override
    public String name() {
        return "modulo";
    }

    @Override
    public long hash(String group, String key) {
        return hashes.hash(group, key);
    }

    @Override
    public Ring ring(Collection<RingMember> members) {
        return new ModuloRing(members.stream().map(RingMember::name).sorted().toList());
    }

    private record ModuloRing(List<String> members) implements Ring {
        @Override
        public int ownerIndex(long hash) {
            return members.isEmpty() ? -1 : (int) Long.remainderUnsigned(hash, members.size());
        }

        @Override
        public List<String> preference(long hash, int count) {
            int first = ownerIndex(hash);
            return IntStream.range(0, Math.min(count, members.size()))
                    .mapToObj(i -> members.get((first + i) % members.size())).toList();
        }

        @Override
        public List<Range> rangesOf(String member) {
            throw new UnsupportedOperationException("modulo gives no member a range");
        }
    }
}
