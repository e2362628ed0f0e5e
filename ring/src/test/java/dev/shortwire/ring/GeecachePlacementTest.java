package dev.shortwire.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the Go programs compute, worked out from their rule alone; the CRC-32 values are those of zlib.
final class GeecachePlacementTest {
    private final GeecachePlacement placement = new GeecachePlacement();

    /// One replica, members a, b and c. Their points are the CRC-32 of `0a`, `0b` and `0c`: a4 2a 75 c2, 3d 23 24 78 and
    /// 4a 24 14 ee. Round the ring, in order: b at 3d…, c at 4a…, a at a4….
    ///
    /// | key | CRC-32 | first point not less | owner |
    /// | --- | --- | --- | --- |
    /// | Jack | 084846e6 | 3d232478 | b |
    /// | Tom | 459235f3 | 4a2414ee | c |
    /// | z | 62d277af | a42a75c2 | a |
    /// | Sam | de5e0ef8 | none: round to 3d232478 | b |
    /// | kkk | e7aaf76f | none: round to 3d232478 | b |
    @ParameterizedTest
    @CsvSource({"Jack, b", "Tom, c", "z, a", "Sam, b", "kkk, b"})
    void ownsAsWorkedOutByHandWithOneReplica(String key, String owner) {
        GeecachePlacement one = new GeecachePlacement(1);
        Ring ring = one.ring(members("a", "b", "c"));
        assertThat(ring.owner(one.hash("any", key))).isEqualTo(owner);
    }

    /// A key may lie on a point: `0a` as a key has the CRC-32 of the point of a.
    @ParameterizedTest
    @CsvSource({"0a, a", "0b, b", "0c, c"})
    void ownsAKeyThatLiesOnAPoint(String key, String owner) {
        GeecachePlacement one = new GeecachePlacement(1);
        assertThat(one.ring(members("a", "b", "c")).owner(one.hash("any", key))).isEqualTo(owner);
    }

    /// Three peers with 50 replicas each, as the Go programs start them; found by a search written in Python from the rule.
    @ParameterizedTest
    @CsvSource({"Tom, 8001", "Jack, 8001", "Sam, 8003", "kkk, 8001", "Alice, 8003", "Bob, 8001", "user:1, 8002",
        "user:2, 8002", "user:3, 8001", "user:4, 8001", "汤姆, 8002", "李雷, 8001", "😀, 8001", "'', 8001"})
    void ownsAsAPoolOfThreeDoes(String key, String port) {
        Ring ring = placement
                .ring(members("http://localhost:8001", "http://localhost:8002", "http://localhost:8003"));
        assertThat(ring.owner(placement.hash("scores", key))).isEqualTo("http://localhost:" + port);
    }

    /// CRC-32 of `46harbor-lotus-39` and of `11kelp-kelp-2` are both 585c4157.
    @Test
    void letsTheLastAddedHaveACommonPoint() {
        long common = 0x585c4157L << 32;
        assertThat(placement.hash("", "46harbor-lotus-39")).isEqualTo(common);
        assertThat(placement.hash("", "11kelp-kelp-2")).isEqualTo(common);
        Ring kelpLast = placement.ring(members("harbor-lotus-39", "kelp-kelp-2"));
        Ring harborLast = placement.ring(members("kelp-kelp-2", "harbor-lotus-39"));
        assertThat(kelpLast.owner(common)).isEqualTo("kelp-kelp-2");
        assertThat(harborLast.owner(common)).isEqualTo("harbor-lotus-39");
    }

    @Test
    void agreesWithTheRuleWrittenWithATreeMap() {
        List<RingMember> members = Names.HOST_AND_PORT.members(3, 40);
        Ring ring = placement.ring(members);
        NavigableMap<Long, String> rule = rule(members);
        for (int i = 0; i < 50_000; i++) {
            String key = "key-" + i * 7919;
            long crc = placement.hash("", key) >>> 32;
            var point = rule.ceilingEntry(crc);
            String expected = point != null ? point.getValue() : rule.firstEntry().getValue();
            assertThat(ring.owner(placement.hash("", key))).as(key).isEqualTo(expected);
        }
    }

    @Test
    void ignoresTheGroupAndTheWeight() {
        assertThat(placement.hash("users", "Tom")).isEqualTo(placement.hash("orders", "Tom"));
        Ring light = placement.ring(List.of(new RingMember("a", 1), new RingMember("b")));
        Ring equal = placement.ring(members("a", "b"));
        assertThat(light.rangesOf("a")).isEqualTo(equal.rangesOf("a"));
    }

    @Test
    void tellsTheNumberOfReplicasInItsNameUnlessItIsTheDefault() {
        assertThat(placement.name()).isEqualTo("geecache");
        assertThat(new GeecachePlacement(3).name()).isEqualTo("geecache:3");
    }

    @Test
    void refusesNumbersOfReplicasOutOfRange() {
        assertThatThrownBy(() -> new GeecachePlacement(0)).isInstanceOf(ConfigurationException.class)
                .hasMessage("replicas=0 must be >= 1; set ring.virtual-nodes");
        assertThatThrownBy(() -> new GeecachePlacement(65_537)).isInstanceOf(ConfigurationException.class)
                .hasMessage("replicas=65537 must be <= 65536; set ring.virtual-nodes");
    }

    private static List<RingMember> members(String... names) {
        return Stream.of(names).map(RingMember::new).toList();
    }

    private NavigableMap<Long, String> rule(Collection<RingMember> members) {
        NavigableMap<Long, String> points = new TreeMap<>();
        for (RingMember member : members) {
            for (int i = 0; i < 50; i++) {
                points.put(placement.hash("", i + member.name()) >>> 32, member.name());
            }
        }
        return points;
    }
}
