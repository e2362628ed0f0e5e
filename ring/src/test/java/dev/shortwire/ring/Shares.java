package dev.shortwire.ring;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Exact measures of rings, from their ranges.
final class Shares {
    private Shares() {}

    /// The part of the ring that `member` owns.
    static double of(Ring ring, String member) {
        return ring.rangesOf(member).stream().mapToDouble(Range::share).sum();
    }

    /// The greatest share as a multiple of the mean.
    static double maxToMean(Ring ring) {
        return ring.members().size()
                * ring.members().stream().mapToDouble(member -> of(ring, member)).max().orElseThrow();
    }

    /// The part of the ring that has another owner in `after` than in `before`.
    static double moved(Ring before, Ring after) {
        return arcs(before, after).filter(arc -> isMoved(before, after, arc)).mapToDouble(Range::share).sum();
    }

    /// What has another owner in `after` than in `before`, though that is not `member`.
    static List<Range> movedElsewhere(Ring before, Ring after, String member) {
        return arcs(before, after).filter(arc -> isMoved(before, after, arc))
                .filter(arc -> !after.owner(arc.upTo()).equals(member)).toList();
    }

    private static boolean isMoved(Ring before, Ring after, Range arc) {
        return !before.owner(arc.upTo()).equals(after.owner(arc.upTo()));
    }

    /// The ring cut at the ends of the ranges of both: within an arc no owner changes.
    private static Stream<Range> arcs(Ring one, Ring other) {
        long[] ends = Stream.of(one, other)
                .flatMap(ring -> ring.members().stream().flatMap(member -> ring.rangesOf(member).stream()))
                .mapToLong(Range::upTo).sorted().distinct().toArray();
        return IntStream.range(0, ends.length)
                .mapToObj(i -> new Range(ends[(i + ends.length - 1) % ends.length], ends[i]));
    }
}
