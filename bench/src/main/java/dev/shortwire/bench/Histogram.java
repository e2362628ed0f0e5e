package dev.shortwire.bench;

import java.util.Arrays;

/// Counts of durations, to within one part in 128: what quantiles need, in 60 KB, however many durations there are.
/// Recording neither allocates nor branches on the past. Confined to one thread.
///
/// Counted in picoseconds, so that calls timed together keep their parts of a nanosecond. Durations below 256 ps have a
/// counter each. Above, every power of two is cut into 128 equal parts.
final class Histogram {
    private static final int PICOS_PER_NANO = 1000;
    private static final int EXACT = 256;
    private static final int PARTS = 128;
    private static final int PARTS_LOG = 7;
    private static final int FIRST_POWER = 8;
    private static final int LAST_POWER = 62;

    private final long[] counts = new long[EXACT + (LAST_POWER - FIRST_POWER + 1) * PARTS];
    private long total;

    /// Adds a duration in nanoseconds; a negative one counts as 0.
    void record(long nanos) {
        record(nanos, 1);
    }

    /// Adds the mean duration of some calls that took `nanos` together.
    void record(long nanos, int calls) {
        counts[index(Math.max(0, nanos * PICOS_PER_NANO / calls))]++;
        total++;
    }

    long count() {
        return total;
    }

    void clear() {
        Arrays.fill(counts, 0);
        total = 0;
    }

    /// The duration in nanoseconds that the part `q` of those recorded does not exceed, in proportion within its
    /// counter; 0 where nothing was recorded.
    ///
    /// @param q 0 to 1
    double quantile(double q) {
        double rank = q * total;
        long below = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0 && below + counts[i] >= rank) {
                return (lowest(i) + (rank - below) / counts[i] * (lowest(i + 1) - lowest(i))) / PICOS_PER_NANO;
            }
            below += counts[i];
        }
        return 0;
    }

    private static int index(long picos) {
        if (picos < EXACT) {
            return (int) picos;
        }
        int power = 63 - Long.numberOfLeadingZeros(picos);
        int part = (int) (picos >>> (power - PARTS_LOG)) & (PARTS - 1);
        return EXACT + (power - FIRST_POWER) * PARTS + part;
    }

    private static double lowest(int index) {
        if (index < EXACT) {
            return index;
        }
        int power = FIRST_POWER + (index - EXACT) / PARTS;
        return Math.scalb(1.0 + (double) ((index - EXACT) % PARTS) / PARTS, power);
    }
}
