package dev.shortwire.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The vectors were computed by a second implementation of the rule in the Javadoc of [WeightedPlacement], in Python with
/// the reference library of XXH3. Who writes one in another language can use them as they stand.
final class WeightedPlacementTest {
    private final WeightedPlacement placement = new WeightedPlacement();

    @ParameterizedTest
    @CsvSource({"scores, Tom, 8c53eeea1582d6bc", "scores, Jack, 727e1940416a9197", "scores, Sam, 61b2060a871eb96b",
        "unicode, U+1F600, cf62f588fe9f968f", "scores, '', 34b5c2deb704472a", "'', Tom, 8350f7c2656684fc",
        "scores, 汤姆, 7f5361dddf0136f7", "scores, 😀, bc7c9aec3fd2c647"})
    void hashesKeysAsPublished(String group, String key, String hash) {
        for (int again = 0; again < 2; again++) {
            assertThat(placement.hash(group, key)).isEqualTo(Long.parseUnsignedLong(hash, 16));
        }
    }

    @Test
    void hashesLongKeysAsPublished() {
        assertThat(placement.hash("scores", "x".repeat(300))).isEqualTo(0x49c689ec36cd59cfL);
    }

    @ParameterizedTest
    @CsvSource({"node-1, 0, 55ef6bb99be7ec1b", "node-1, 1, b1b558b6f04c9a5e", "node-1, 4095, 271e902037c93d7a",
        "node-2, 0, 53c30538b9d99391", "127.0.0.1:8001, 0, f2b6f90b6429faaa", "节点, 7, e182fd6f0a0fb93e"})
    void putsPointsAsPublished(String name, int index, String point) {
        assertThat(WeightedPlacement.point(name, index)).isEqualTo(Long.parseUnsignedLong(point, 16));
        Ring ring = new WeightedPlacement(index + 1).ring(List.of(new RingMember(name), new RingMember("other")));
        assertThat(ring.owner(Long.parseUnsignedLong(point, 16))).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"Tom, node-3", "Jack, node-2", "Sam, node-2", "a, node-2", "b, node-1", "c, node-1", "d, node-3",
        "汤姆, node-2"})
    void findsOwnersAsPublished(String key, String owner) {
        Ring ring = placement
                .ring(List.of(new RingMember("node-1"), new RingMember("node-2"), new RingMember("node-3")));
        assertThat(ring.owner(placement.hash("scores", key))).isEqualTo(owner);
    }

    @Test
    void spreadsEachGroupAnew() {
        Ring ring = placement.ring(Names.NUMBERED.members(0, 10));
        int same = 0;
        for (int i = 0; i < 10_000; i++) {
            String key = "key-" + i;
            if (ring.ownerIndex(placement.hash("users", key)) == ring.ownerIndex(placement.hash("orders", key))) {
                same++;
            }
        }
        assertThat(same).isBetween(850, 1150);
    }

    @Test
    void hashesAnyNumberOfGroupsAlike() {
        for (int i = 0; i < 1000; i++) {
            String group = "group-" + i;
            assertThat(placement.hash(group, "key")).isEqualTo(new WeightedPlacement().hash(group, "key"));
        }
    }

    @Test
    void letsTheSmallerNameHaveACommonPoint() {
        // Members are laid out by name, and of equal points the first laid out counts (PointRingTest).
        Ring ring = placement.ring(List.of(new RingMember("b"), new RingMember("B"), new RingMember("a")));
        assertThat(ring.members()).containsExactly("B", "a", "b");
    }

    @Test
    void roundsPointsOfAMemberAndGivesEachOne() {
        WeightedPlacement three = new WeightedPlacement(3);
        assertThat(three.pointsOf(new RingMember("a", 100))).isEqualTo(3);
        assertThat(three.pointsOf(new RingMember("a", 50))).isEqualTo(2);
        assertThat(three.pointsOf(new RingMember("a", 49))).isEqualTo(1);
        assertThat(three.pointsOf(new RingMember("a", 1))).isEqualTo(1);
        assertThat(new WeightedPlacement(65_536).pointsOf(new RingMember("a", 1000))).isEqualTo(655_360);
    }

    @Test
    void tellsTheNumberOfVirtualNodesInItsNameUnlessItIsTheDefault() {
        assertThat(placement.name()).isEqualTo("weighted");
        assertThat(new WeightedPlacement(512).name()).isEqualTo("weighted:512");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void refusesTooFewVirtualNodes(int virtualNodes) {
        assertThatThrownBy(() -> new WeightedPlacement(virtualNodes)).isInstanceOf(ConfigurationException.class)
                .hasMessage("virtualNodes=" + virtualNodes + " must be >= 1; set ring.virtual-nodes");
    }

    @Test
    void refusesTooManyVirtualNodes() {
        assertThatThrownBy(() -> new WeightedPlacement(65_537)).isInstanceOf(ConfigurationException.class)
                .hasMessage("virtualNodes=65537 must be <= 65536; set ring.virtual-nodes");
    }

    @Test
    void refusesARingThatWouldTakeTooMuchMemory() {
        WeightedPlacement large = new WeightedPlacement(65_536);
        List<RingMember> members = Names.NUMBERED.members(0, 500).stream()
                .map(member -> new RingMember(member.name(), 1000)).toList();
        assertThatThrownBy(() -> large.ring(members)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ring of 500 members has 327680000 points")
                .hasMessageContaining("lower ring.virtual-nodes");
    }
}
