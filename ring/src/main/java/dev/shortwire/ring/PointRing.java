package dev.shortwire.ring;

import static dev.shortwire.ConfigurationException.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// A ring of points, each with an owner: a key belongs to the first point that is not less than its hash, taken as an
/// unsigned number, and past the last point to the first.
///
/// Points are hashes, so they lie evenly: with at least as many equal buckets as points, the wanted point is found a step
/// or two after the first point of the hash's bucket. Hence the index: `starts[b]` says where bucket `b` begins in the sorted
/// points. Runs of points with one owner are kept as the last of the run only, which moves no key. A last entry at the
/// greatest hash, owned as the first point, stands for the way round, so that a search needs no bound.
///
/// With many points the arrays leave the near caches, and each that a search touches costs a wait. So it touches two: the
/// index, and `packed`, which has the upper 48 bits of each point and its owner in the lower 16. The whole point is asked
/// for only where 48 bits can't tell it from the hash.
final class PointRing implements Ring {
    private static final int MAX_INDEX_BITS = 26;
    private static final int MAX_MEMBERS = Character.MAX_VALUE;
    private static final char NO_OWNER = Character.MAX_VALUE;
    private static final long OWNER_BITS = 0xFFFF;

    private final List<String> members;
    private final long[] points;
    private final long[] packed;
    private final int[] starts;
    private final int shift;

    private PointRing(List<String> members, long[] points, char[] owners, int[] starts, int shift) {
        this.members = members;
        this.points = points;
        this.packed = new long[points.length];
        Arrays.setAll(packed, i -> points[i] & ~OWNER_BITS | owners[i]);
        this.starts = starts;
        this.shift = shift;
    }

    /// The ring on which `points[i]` belongs to `members.get(owners[i])`. Of equal points the first given counts. Takes
    /// O(points), as long as they lie about evenly.
    ///
    /// @param members sorted, without duplicates
    static PointRing of(List<String> members, long[] points, int[] owners) {
        long[] sortedPoints = new long[points.length];
        char[] sortedOwners = new char[points.length];
        distribute(points, owners, indexBits(points.length), sortedPoints, sortedOwners);
        sortWithinBuckets(sortedPoints, sortedOwners);
        int distinct = dropRepeated(sortedPoints, sortedOwners);
        int length = joinRuns(sortedPoints, sortedOwners, distinct);
        long[] closedPoints = Arrays.copyOf(sortedPoints, length + 1);
        char[] closedOwners = Arrays.copyOf(sortedOwners, length + 1);
        closedPoints[length] = -1;
        closedOwners[length] = length == 0 ? NO_OWNER : closedOwners[0];
        int shift = Long.SIZE - indexBits(length);
        return new PointRing(List.copyOf(members), closedPoints, closedOwners,
                bucketStarts(closedPoints, length, shift), shift);
    }

    /// The names in their natural order.
    static List<String> sortedNames(Iterable<RingMember> members) {
        List<String> names = new ArrayList<>();
        for (RingMember member : members) {
            names.add(member.name());
        }
        require(names.size() <= MAX_MEMBERS,
                "members=" + names.size() + " must be <= " + MAX_MEMBERS + "; use several clusters");
        Collections.sort(names);
        for (int i = 1; i < names.size(); i++) {
            require(!names.get(i).equals(names.get(i - 1)),
                    "member name=" + names.get(i) + " must be unique within a ring; give each node its own node.name");
        }
        return names;
    }

    @Override
    public List<String> members() {
        return members;
    }

    @Override
    public int ownerIndex(long hash) {
        char owner = ownerOf(indexOf(hash));
        return owner == NO_OWNER ? -1 : owner;
    }

    @Override
    public List<String> preference(long hash, int count) {
        int wanted = Math.min(count, members.size());
        if (wanted <= 0) {
            return List.of();
        }
        List<String> found = new ArrayList<>(wanted);
        boolean[] seen = new boolean[members.size()];
        int length = length();
        int at = indexOf(hash);
        for (int step = 0; step <= length && found.size() < wanted; step++) {
            int owner = ownerOf((at + step) % (length + 1));
            if (!seen[owner]) {
                seen[owner] = true;
                found.add(members.get(owner));
            }
        }
        return Collections.unmodifiableList(found);
    }

    @Override
    public List<Range> rangesOf(String member) {
        int index = Collections.binarySearch(members, member);
        int length = length();
        if (index < 0 || length == 0) {
            return List.of();
        }
        if (length == 1) {
            return ownerOf(0) == index ? List.of(Range.WHOLE) : List.of();
        }
        List<Range> ranges = new ArrayList<>();
        long after = points[length - 1];
        for (int i = 0; i < length; i++) {
            if (ownerOf(i) == index) {
                ranges.add(new Range(after, points[i]));
            }
            after = points[i];
        }
        return Collections.unmodifiableList(ranges);
    }

    /// How many points there are, after runs with one owner have been joined; the closing entry not counted.
    int length() {
        return points.length - 1;
    }

    private int indexOf(long hash) {
        int i = starts[(int) (hash >>> shift)];
        while (Long.compareUnsigned(packed[i] | OWNER_BITS, hash) < 0) {
            i++;
        }
        return (packed[i] ^ hash) >>> 16 == 0 ? firstNotLess(i, hash) : i;
    }

    private int firstNotLess(int from, long hash) {
        int i = from;
        while (Long.compareUnsigned(points[i], hash) < 0) {
            i++;
        }
        return i;
    }

    private char ownerOf(int index) {
        return (char) packed[index];
    }

    private static int indexBits(int points) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(points - 1, 1));
        return Math.min(bits, MAX_INDEX_BITS);
    }

    /// The first pass of a radix sort, by the highest `bits` bits; keeps the order given within a bucket.
    private static void distribute(long[] points, int[] owners, int bits, long[] toPoints, char[] toOwners) {
        int shift = Long.SIZE - bits;
        int[] next = new int[(1 << bits) + 1];
        for (long point : points) {
            next[(int) (point >>> shift) + 1]++;
        }
        for (int b = 1; b < next.length; b++) {
            next[b] += next[b - 1];
        }
        for (int i = 0; i < points.length; i++) {
            int at = next[(int) (points[i] >>> shift)]++;
            toPoints[at] = points[i];
            toOwners[at] = (char) owners[i];
        }
    }

    /// Insertion sort: each point is at most a bucket away from its place. Keeps the order of equal points.
    private static void sortWithinBuckets(long[] points, char[] owners) {
        for (int i = 1; i < points.length; i++) {
            long point = points[i];
            char owner = owners[i];
            int hole = i;
            while (hole > 0 && Long.compareUnsigned(points[hole - 1], point) > 0) {
                points[hole] = points[hole - 1];
                owners[hole] = owners[hole - 1];
                hole--;
            }
            points[hole] = point;
            owners[hole] = owner;
        }
    }

    private static int dropRepeated(long[] points, char[] owners) {
        int kept = 0;
        for (int i = 0; i < points.length; i++) {
            if (kept == 0 || points[i] != points[kept - 1]) {
                points[kept] = points[i];
                owners[kept] = owners[i];
                kept++;
            }
        }
        return kept;
    }

    /// Keeps of each run of points with one owner the last, round the end of the ring too; at least one point stays.
    private static int joinRuns(long[] points, char[] owners, int length) {
        int first = length == 0 ? -1 : owners[0];
        int kept = 0;
        for (int i = 0; i < length; i++) {
            int following = i + 1 < length ? owners[i + 1] : first;
            if (owners[i] != following || kept == 0 && i + 1 == length) {
                points[kept] = points[i];
                owners[kept] = owners[i];
                kept++;
            }
        }
        return kept;
    }

    private static int[] bucketStarts(long[] points, int length, int shift) {
        int[] starts = new int[1 << (Long.SIZE - shift)];
        int at = 0;
        for (int b = 0; b < starts.length; b++) {
            while (at < length && (int) (points[at] >>> shift) < b) {
                at++;
            }
            starts[b] = at;
        }
        return starts;
    }
}
