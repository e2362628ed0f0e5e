package dev.shortwire.bench;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/// The values of one figure over the rounds of a run. Immutable.
public final class Samples {
    private final double[] sorted;

    /// @param values at least one
    public Samples(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("samples=0 must be >= 1; measure at least one round");
        }
        this.sorted = values.clone();
        Arrays.sort(sorted);
    }

    public static Samples of(DoubleStream values) {
        return new Samples(values.toArray());
    }

    public int count() {
        return sorted.length;
    }

    public double median() {
        return quantile(0.5);
    }

    public double min() {
        return sorted[0];
    }

    public double max() {
        return sorted[sorted.length - 1];
    }

    public double mean() {
        return Arrays.stream(sorted).average().orElseThrow();
    }

    /// Between the tenth and the ninetieth of a hundred: how far the middle of the rounds lies apart.
    public double spread() {
        return quantile(0.9) - quantile(0.1);
    }

    /// Standard deviation divided by the mean.
    public double relativeDeviation() {
        double mean = mean();
        double variance = Arrays.stream(sorted).map(value -> (value - mean) * (value - mean)).average().orElseThrow();
        return Math.sqrt(variance) / mean;
    }

    /// The value below which the part `q` of the samples lies, between two samples in proportion.
    ///
    /// @param q 0 to 1
    public double quantile(double q) {
        double at = q * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
