package dev.shortwire.bench;

import dev.shortwire.bench.Table.Column;
import dev.shortwire.ring.Placement;
import dev.shortwire.ring.Ring;
import dev.shortwire.ring.RingMember;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Which members get which keys, counted with many keys over several sets of names: with one set it would be luck.
final class Spread {
    private final String group;
    private final String[] keys;
    private final int nameSets;

    Spread(String group, int keys, int nameSets) {
        this.group = group;
        this.keys = IntStream.range(0, keys).mapToObj(i -> "user:" + i).toArray(String[]::new);
        this.nameSets = nameSets;
    }

    /// Keys of the most and the least loaded member as a multiple of the mean, and their deviation; medians over the sets
    /// of names, and the worst.
    Table balance(List<Placement> placements, int... nodes) {
        Table table = new Table("Balance: " + describe(),
                List.of(Column.number("nodes", "nodes", 0), Column.text("name"),
                        Column.number("maxToMean", "max/mean", 3), Column.number("maxToMeanWorst", "worst set", 3),
                        Column.number("minToMean", "min/mean", 3), Column.number("deviation", "deviation/mean", 3)));
        for (int count : nodes) {
            for (Placement placement : placements) {
                long[] hashes = hashes(placement);
                List<Samples> loads = IntStream.range(0, nameSets)
                        .mapToObj(set -> loads(placement.ring(members(set, count)), hashes)).toList();
                Samples max = Samples.of(loads.stream().mapToDouble(load -> load.max() / load.mean()));
                Samples min = Samples.of(loads.stream().mapToDouble(load -> load.min() / load.mean()));
                Samples deviation = Samples.of(loads.stream().mapToDouble(Samples::relativeDeviation));
                table.row(count, placement.name(), max.median(), max.max(), min.median(), deviation.median());
            }
        }
        return table;
    }

    /// Part of the keys that change their owner when a member joins and when one leaves, and how many times the ideal that
    /// is: that of a joining member's, or a leaving one's, equal part.
    Table moved(List<Placement> placements, int... nodes) {
        Table table = new Table("Keys moved: " + describe(),
                List.of(Column.number("nodes", "nodes", 0), Column.text("name"),
                        Column.number("joinMoved", "on join, part", 4), Column.number("joinRatio", "of ideal", 3),
                        Column.number("joinWorst", "worst set", 3), Column.number("leaveMoved", "on leave, part", 4),
                        Column.number("leaveRatio", "of ideal", 3), Column.number("leaveWorst", "worst set", 3)));
        for (int count : nodes) {
            for (Placement placement : placements) {
                long[] hashes = hashes(placement);
                double[] join = new double[nameSets];
                double[] leave = new double[nameSets];
                for (int set = 0; set < nameSets; set++) {
                    List<RingMember> more = members(set, count + 1);
                    List<RingMember> some = more.subList(0, count);
                    List<RingMember> fewer = new ArrayList<>(some);
                    fewer.remove(count / 2);
                    Ring present = placement.ring(some);
                    join[set] = moved(present, placement.ring(more), hashes);
                    leave[set] = moved(present, placement.ring(fewer), hashes);
                }
                Samples joined = new Samples(join);
                Samples left = new Samples(leave);
                table.row(count, placement.name(), joined.median(), joined.median() * (count + 1),
                        joined.max() * (count + 1), left.median(), left.median() * count, left.max() * count);
            }
        }
        return table;
    }

    private String describe() {
        return String.format("%,d keys, %d sets of names", keys.length, nameSets);
    }

    private long[] hashes(Placement placement) {
        return Arrays.stream(keys).mapToLong(key -> placement.hash(group, key)).toArray();
    }

    /// Names as a pool has them, other ones for each set.
    static List<RingMember> members(int set, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new RingMember("http://10." + set + "." + i / 20 + "." + (i % 20 + 1) + ":8001"))
                .toList();
    }

    private static Samples loads(Ring ring, long[] hashes) {
        double[] loads = new double[ring.members().size()];
        for (long hash : hashes) {
            loads[ring.ownerIndex(hash)]++;
        }
        return new Samples(loads);
    }

    private static double moved(Ring before, Ring after, long[] hashes) {
        int moved = 0;
        for (long hash : hashes) {
            if (!before.owner(hash).equals(after.owner(hash))) {
                moved++;
            }
        }
        return (double) moved / hashes.length;
    }
}
