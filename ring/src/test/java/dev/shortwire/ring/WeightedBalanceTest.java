package dev.shortwire.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// How evenly the default placement spreads keys, and how few of them move: 1.10 of the ideal at most.
final class WeightedBalanceTest {
    private static final double BOUND = 1.10;
    private static final List<Long> SEEDS = LongStream.rangeClosed(1, 10).boxed().toList();
    static final List<KeyStyle> KEY_STYLES = List.of(new KeyStyle("user:", "", 1),
            new KeyStyle("", ".html", 8), new KeyStyle("/api/v1/products/", "?lang=zh", 1_000_003),
            new KeyStyle("用户", "", 1), new KeyStyle("x".repeat(300), "", 1));
    private static final int KEYS = 400_000;

    private final Placement placement = new WeightedPlacement();

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void balancesAnyNumberOfEqualMembers(Names style) {
        for (int count = 3; count <= 100; count++) {
            assertThat(Shares.maxToMean(placement.ring(style.members(0, count)))).as("%s, %d members", style, count)
                    .isBetween(1.0, BOUND);
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("styleAndSeed")
    void balancesAnyNames(Names style, long seed) {
        for (int count : new int[] {3, 10, 100, 3 + new Random(seed).nextInt(98)}) {
            assertThat(Shares.maxToMean(placement.ring(style.members(seed, count))))
                    .as("%s, seed %d, %d members", style, seed, count).isBetween(1.0, BOUND);
        }
    }

    /// The hash of the keys is as even as the ring: each member gets the keys that its share says, to within six standard
    /// deviations of a random draw.
    @ParameterizedTest(name = "{0}")
    @FieldSource("KEY_STYLES")
    void spreadsRealKeysByShare(KeyStyle keys) {
        for (int count : new int[] {3, 10, 100}) {
            Ring ring = placement.ring(Names.HOST_AND_PORT.members(1, count));
            int[] held = new int[count];
            for (int i = 0; i < KEYS; i++) {
                held[ring.ownerIndex(placement.hash("users", keys.key(i)))]++;
            }
            for (int member = 0; member < count; member++) {
                double share = Shares.of(ring, ring.members().get(member));
                assertThat((double) held[member]).as("%s, %d members, member %d", keys, count, member)
                        .isCloseTo(KEYS * share, within(6 * Math.sqrt(KEYS * share * (1 - share))));
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @FieldSource("SEEDS")
    void honoursWeights(long seed) {
        Random random = new Random(seed);
        List<RingMember> members = new ArrayList<>();
        int count = 3 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            members.add(new RingMember("node-" + seed + "-" + i, 1 + random.nextInt(1000)));
        }
        double total = members.stream().mapToInt(RingMember::weight).sum();
        Ring ring = placement.ring(members);
        for (RingMember member : members) {
            double ideal = member.weight() / total;
            double points = member.weight() * WeightedPlacement.DEFAULT_VIRTUAL_NODES / 100.0;
            assertThat(Shares.of(ring, member.name()) / ideal).as("seed %d, %s of %.0f", seed, member, total)
                    .isCloseTo(1, within(6.4 / Math.sqrt(points) + 0.5 / points));
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("styleAndSeed")
    void movesOnlyTheShareOfWhoJoinsOrLeaves(Names style, long seed) {
        for (int count : new int[] {3, 4 + new Random(seed).nextInt(30)}) {
            List<RingMember> many = style.members(seed, count);
            RingMember comes = many.get(new Random(seed).nextInt(count));
            List<RingMember> few = many.stream().filter(member -> !member.equals(comes)).toList();
            Ring without = placement.ring(few);
            Ring with = placement.ring(many);
            assertThat(Shares.movedElsewhere(without, with, comes.name())).as("%s, seed %d", style, seed).isEmpty();
            assertThat(Shares.moved(without, with) * count).as("%s, seed %d, %d members", style, seed, count)
                    .isBetween(1 / BOUND - 0.02, BOUND);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @FieldSource("SEEDS")
    void movesKeysOnlyToAMemberThatGetsHeavier(long seed) {
        List<RingMember> light = new ArrayList<>(Names.NUMBERED.members(seed, 8));
        List<RingMember> heavy = new ArrayList<>(light);
        String name = light.getFirst().name();
        heavy.set(0, new RingMember(name, 137));
        assertThat(Shares.movedElsewhere(placement.ring(light), placement.ring(heavy), name)).as("seed %d", seed)
                .isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @FieldSource("SEEDS")
    void doesNotCareInWhichOrderMembersAreGiven(long seed) {
        Random random = new Random(seed);
        List<RingMember> members = RingContractTest.members(random, 2 + random.nextInt(20));
        Ring ring = placement.ring(members);
        List<RingMember> shuffled = new ArrayList<>(members);
        Collections.shuffle(shuffled, random);
        Ring other = placement.ring(shuffled);
        assertThat(other.members()).isEqualTo(ring.members());
        for (String member : ring.members()) {
            assertThat(other.rangesOf(member)).as("seed %d, %s", seed, member).isEqualTo(ring.rangesOf(member));
        }
    }

    static Stream<Arguments> styleAndSeed() {
        return Stream.of(Names.values()).flatMap(style -> SEEDS.stream().map(seed -> Arguments.of(style, seed)));
    }

    record KeyStyle(String prefix, String suffix, int step) {
        String key(int index) {
            return prefix + (long) index * step + suffix;
        }
    }
}
