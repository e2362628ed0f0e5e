package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class HistogramTest {
    private final Histogram histogram = new Histogram();

    @Test
    void knowsQuantilesToWithinOnePart() {
        Random random = new Random(7);
        long[] nanos = LongStream.generate(() -> (long) Math.exp(random.nextDouble() * 20)).limit(100_000).toArray();
        LongStream.of(nanos).forEach(histogram::record);
        Arrays.sort(nanos);
        for (double q : new double[] {0.01, 0.5, 0.99, 0.999}) {
            assertThat(histogram.quantile(q)).as("q=%s", q).isCloseTo((double) nanos[(int) (q * nanos.length)],
                    Percentage.withPercentage(2));
        }
        assertThat(histogram.count()).isEqualTo(nanos.length);
    }

    @Test
    void keepsThePartsOfANanosecondOfCallsThatWereTimedTogether() {
        histogram.record(1_300, 1_000);
        assertThat(histogram.quantile(0.5)).isCloseTo(1.3, within(0.01));
    }

    @Test
    void takesWhatAClockMaySay() {
        histogram.record(-5);
        histogram.record(0);
        histogram.record(9_000_000_000_000L);
        assertThat(histogram.quantile(1)).isCloseTo(9e12, Percentage.withPercentage(1));
        histogram.clear();
        assertThat(histogram.count()).isZero();
        assertThat(histogram.quantile(0.5)).isZero();
    }
}
