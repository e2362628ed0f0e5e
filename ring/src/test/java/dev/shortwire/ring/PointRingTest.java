package dev.shortwire.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PointRingTest {
    private static final List<String> AB = List.of("a", "b");

    @Test
    void givesAKeyToTheFirstPointThatIsNotLess() {
        Ring ring = ring(AB, new long[] {20, 10}, 0, 1);
        assertThat(ring.owner(9)).isEqualTo("b");
        assertThat(ring.owner(10)).isEqualTo("b");
        assertThat(ring.owner(11)).isEqualTo("a");
        assertThat(ring.owner(20)).isEqualTo("a");
        assertThat(ring.owner(21)).isEqualTo("b");
        assertThat(ring.owner(-1)).isEqualTo("b");
    }

    @Test
    void takesHashesAsUnsigned() {
        Ring ring = ring(AB, new long[] {Long.MIN_VALUE + 1, Long.MAX_VALUE}, 0, 1);
        assertThat(ring.owner(0)).isEqualTo("b");
        assertThat(ring.owner(Long.MAX_VALUE)).isEqualTo("b");
        assertThat(ring.owner(Long.MIN_VALUE)).isEqualTo("a");
        assertThat(ring.owner(-1)).isEqualTo("b");
    }

    @Test
    void letsTheFirstGivenHaveACommonPoint() {
        Ring ring = ring(List.of("a", "b", "c"), new long[] {5, 9, 5, 9, 30}, 0, 1, 1, 0, 2);
        assertThat(ring.owner(5)).isEqualTo("a");
        assertThat(ring.owner(9)).isEqualTo("b");
        assertThat(ring.rangesOf("a")).containsExactly(new Range(30, 5));
        assertThat(ring.rangesOf("b")).containsExactly(new Range(5, 9));
    }

    @Test
    void leavesAMemberWithoutKeysIfOthersHaveAllItsPoints() {
        Ring ring = ring(AB, new long[] {5, 5}, 0, 1);
        assertThat(ring.members()).isEqualTo(AB);
        assertThat(ring.rangesOf("a")).containsExactly(Range.WHOLE);
        assertThat(ring.rangesOf("b")).isEmpty();
        assertThat(ring.preference(6, 2)).containsExactly("a");
    }

    @Test
    void countsPointsAtBothEndsOfTheNumbers() {
        Ring ring = ring(AB, new long[] {0, -1}, 0, 1);
        assertThat(ring.owner(0)).isEqualTo("a");
        assertThat(ring.owner(1)).isEqualTo("b");
        assertThat(ring.owner(-1)).isEqualTo("b");
        assertThat(ring.rangesOf("a")).containsExactly(new Range(-1, 0));
        assertThat(ring.rangesOf("b")).containsExactly(new Range(0, -1));
    }

    @Test
    void joinsNeighbouringPointsOfOneOwner() {
        PointRing ring = ring(AB, new long[] {10, 20, 30, 40, 50}, 0, 0, 1, 1, 0);
        assertThat(ring.length()).isEqualTo(2);
        assertThat(ring.rangesOf("a")).containsExactly(new Range(40, 20));
        assertThat(ring.rangesOf("b")).containsExactly(new Range(20, 40));
    }

    @Test
    void refusesMoreMembersThanItCanTellApart() {
        WeightedPlacement small = new WeightedPlacement(1);
        List<RingMember> members = IntStream.range(0, 65_536).mapToObj(i -> new RingMember("node-" + i)).toList();
        assertThatThrownBy(() -> small.ring(members)).isInstanceOf(ConfigurationException.class)
                .hasMessage("members=65536 must be <= 65535; use several clusters");
        Ring largest = small.ring(members.subList(0, 65_535));
        for (String name : List.of("node-0", "node-65534")) {
            assertThat(largest.owner(WeightedPlacement.point(name, 0))).isEqualTo(name);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void agreesWithASearchThroughAllPoints(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 100; run++) {
            int size = 1 + random.nextInt(40);
            long mask = random.nextBoolean() ? -1 : 0xF000_0000_0000_000FL;
            long[] points = random.longs(size).map(point -> point & mask).toArray();
            int[] owners = random.ints(size, 0, 5).toArray();
            List<String> members = List.of("a", "b", "c", "d", "e");
            Ring ring = ring(members, points, owners);
            for (int i = 0; i < 200; i++) {
                long hash = i < size ? points[i] : random.nextLong() & mask;
                assertThat(ring.ownerIndex(hash)).as("seed %d, run %d, hash %x", seed, run, hash)
                        .isEqualTo(search(points, owners, hash));
            }
        }
    }

    private static PointRing ring(List<String> members, long[] points, int... owners) {
        return PointRing.of(members, points, owners);
    }

    private static int search(long[] points, int[] owners, long hash) {
        int best = 0;
        for (int i = 1; i < points.length; i++) {
            if (Long.compareUnsigned(points[i] - hash, points[best] - hash) < 0) {
                best = i;
            }
        }
        return owners[best];
    }
}
