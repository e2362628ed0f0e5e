package dev.shortwire.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every placement owes, whatever it computes.
abstract class RingContractTest {
    abstract Placement placement();

    @Test
    void hasNoOwnerWithoutMembers() {
        Ring ring = placement().ring(List.of());
        assertThat(ring.members()).isEmpty();
        assertThat(ring.ownerIndex(42)).isEqualTo(-1);
        assertThat(ring.ownerIndex(-1)).isEqualTo(-1);
        assertThat(ring.preference(42, 3)).isEmpty();
        assertThat(ring.rangesOf("a")).isEmpty();
        assertThatThrownBy(() -> ring.owner(42)).isInstanceOf(IllegalStateException.class)
                .hasMessage("the ring has no members");
    }

    @Test
    void givesOneMemberTheWholeRing() {
        Ring ring = placement().ring(List.of(new RingMember("only")));
        assertThat(ring.members()).containsExactly("only");
        assertThat(ring.rangesOf("only")).containsExactly(Range.WHOLE);
        assertThat(ring.rangesOf("other")).isEmpty();
        for (long hash : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(ring.owner(hash)).isEqualTo("only");
            assertThat(ring.preference(hash, 3)).containsExactly("only");
        }
    }

    @Test
    void refusesTwoMembersOfOneName() {
        List<RingMember> members = List.of(new RingMember("a"), new RingMember("b", 50), new RingMember("a", 10));
        assertThatThrownBy(() -> placement().ring(members)).isInstanceOf(ConfigurationException.class)
                .hasMessage("member name=a must be unique within a ring; give each node its own node.name");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void cutsTheRingIntoRangesWithoutGapOrOverlap(long seed) {
        Random random = new Random(seed);
        Ring ring = placement().ring(members(random, 2 + random.nextInt(30)));
        Map<Range, String> owners = new HashMap<>();
        for (String member : ring.members()) {
            List<Range> ranges = ring.rangesOf(member);
            assertThat(ranges).as("seed %d: order of the ring", seed)
                    .isSortedAccordingTo(Comparator.comparing(Range::upTo, Long::compareUnsigned));
            ranges.forEach(range -> assertThat(owners.put(range, member)).isNull());
        }
        List<Range> all = new ArrayList<>(owners.keySet());
        all.sort(Comparator.comparing(Range::upTo, Long::compareUnsigned));
        long after = all.getLast().upTo();
        for (Range range : all) {
            assertThat(range.after()).as("seed %d: begins where the one before ends", seed).isEqualTo(after);
            after = range.upTo();
            String owner = owners.get(range);
            assertThat(ring.owner(range.upTo())).as("seed %d: %s", seed, range).isEqualTo(owner);
            assertThat(ring.owner(range.after() + 1)).as("seed %d: %s", seed, range).isEqualTo(owner);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void findsTheOwnerWhoseRangeHoldsTheKey(long seed) {
        Random random = new Random(seed);
        Ring ring = placement().ring(members(random, 2 + random.nextInt(8)));
        for (int i = 0; i < 50; i++) {
            long hash = placement().hash("group", "key-" + random.nextLong());
            for (String member : ring.members()) {
                boolean held = ring.rangesOf(member).stream().anyMatch(range -> range.contains(hash));
                assertThat(held).as("seed %d, hash %x, %s", seed, hash, member)
                        .isEqualTo(ring.owner(hash).equals(member));
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void prefersTheOwnerThenWhoFollowsOnTheRing(long seed) {
        Random random = new Random(seed);
        List<RingMember> members = members(random, 6);
        Ring ring = placement().ring(members);
        for (int i = 0; i < 300; i++) {
            long hash = random.nextLong();
            List<String> all = ring.preference(hash, 100);
            assertThat(all).as("seed %d, hash %x", seed, hash).hasSize(6).doesNotHaveDuplicates()
                    .startsWith(ring.owner(hash));
            for (int count = 0; count < 6; count++) {
                assertThat(ring.preference(hash, count)).isEqualTo(all.subList(0, count));
            }
            // Who comes second owns the key once the first is gone.
            List<RingMember> others = members.stream().filter(member -> !member.name().equals(all.getFirst()))
                    .toList();
            if (i < 10) {
                assertThat(placement().ring(others).preference(hash, 5)).as("seed %d, hash %x", seed, hash)
                        .isEqualTo(all.subList(1, 6));
            }
        }
    }

    @Test
    void listsItsMembersSorted() {
        Ring ring = placement().ring(List.of(new RingMember("c"), new RingMember("a"), new RingMember("b")));
        assertThat(ring.members()).containsExactly("a", "b", "c");
        assertThatThrownBy(() -> ring.members().add("d")).isInstanceOf(UnsupportedOperationException.class);
    }

    /// Members with names and weights of all kinds.
    static List<RingMember> members(Random random, int count) {
        List<RingMember> members = new ArrayList<>();
        HashSet<String> names = new HashSet<>();
        while (members.size() < count) {
            String name = "节点-" + random.nextInt(100_000);
            if (names.add(name)) {
                members.add(new RingMember(name, 1 + random.nextInt(random.nextBoolean() ? 100 : 1000)));
            }
        }
        return members;
    }
}
