package dev.shortwire.ring;

/// The keys between two points of the ring: those whose hash, taken as an unsigned number, is greater than `after` and
/// not greater than `upTo`, going round the end where `upTo` is not greater than `after`. With `after == upTo` it is the
/// whole ring.
///
/// @param after the point before the first hash of the range
/// @param upTo  the last hash of the range
public record Range(long after, long upTo) {
    public static final Range WHOLE = new Range(0, 0);

    public boolean contains(long hash) {
        long width = upTo - after;
        return width == 0 || Long.compareUnsigned(hash - after - 1, width) < 0;
    }

    /// Part of the ring that the range covers, more than 0 and at most 1.
    public double share() {
        long width = upTo - after;
        return width == 0 ? 1 : (width >>> 1) * 0x1p-63 + (width & 1) * 0x1p-64;
    }
}
