package dev.shortwire.cache;

/// Counts what happens too often for an atomic instruction: on a hit in the own store a `LongAdder` costs an eighth of
/// the whole read, since its compare-and-set keeps the processor from fetching what the next read needs.
///
/// Threads add to stripes by their id, 128 bytes apart, with a plain read and write. Two threads of one stripe that add in
/// the same nanosecond lose one count; as many threads as there are stripes, started one after the other, never do. So
/// the sum is exact for few threads and off by a few in a million for very many. Any thread may add and read; a reader may
/// see the counts of the last moments late.
final class StripedCount {
    private static final int STRIPES = 64;
    /// Longs between two stripes: the line of one, and the neighbour that processors fetch along with it.
    private static final int STEP = 16;

    private final long[] counts = new long[(STRIPES + 1) * STEP];

    void increment() {
        counts[((int) Thread.currentThread().threadId() & STRIPES - 1) * STEP + STEP]++;
    }

    long sum() {
        long sum = 0;
        for (int at = STEP; at < counts.length; at += STEP) {
            sum += counts[at];
        }
        return sum;
    }
}
