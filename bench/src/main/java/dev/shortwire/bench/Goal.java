package dev.shortwire.bench;

import java.util.List;
import java.util.Locale;

/// How near a wire is to come to its bare loop, with bodies of 100 bytes.
///
/// @param measure what is compared
/// @param limit   for [Measure#THROUGHPUT] the least ratio, for [Measure#OVER] the most microseconds more, else the
///                greatest ratio
record Goal(Measure measure, double limit) {
    enum Measure {
        P50, P99, THROUGHPUT, CPU,
        /// Microseconds that the wire's p50 is above that of the loop.
        OVER
    }

    private static final int GOAL_BYTES = 100;

    /// Those of a comparison; none for most.
    static List<Goal> of(Comparison c) {
        if (c.path() == Comparison.Path.GET) {
            return List.of(new Goal(Measure.OVER, 3));
        }
        if (c.bytes() != GOAL_BYTES || c.form() != Body.Form.BYTES || c.outstanding() != 1 && c.outstanding() != 64) {
            return List.of();
        }
        if (c.floor().equals(GrpcFloor.UNARY)) {
            return c.state() == State.PIPELINED ? List.of(new Goal(Measure.THROUGHPUT, 2)) : List.of();
        }
        if (!c.spin() && c.state() == State.AWAKE) {
            return List.of(new Goal(Measure.P50, 1.15));
        }
        return switch (c.wire()) {
            case "in-process" -> c.outstanding() == 1 ? List.of(new Goal(Measure.OVER, 0.2)) : List.of();
            case "shm" -> of(c.state(), 1.4, 5, 1.15, 1.5, 3, 0.5);
            case "uds" -> of(c.state(), 1.3, 2, 1.15, 1.5, 0.85, 1.5);
            case "tcp" -> of(c.state(), 1.3, 1.7, 1.15, 1.5, 0.85, 1.5);
            case "udp" -> of(c.state(), 1.3, 1.2, 1.2, 0, 0.85, 1.3);
            case "grpc" -> of(c.state(), 1.1, 1.1, 0, 0, 0.9, 1.1);
            case "http" -> of(c.state(), 1.15, 1.1, 0, 0, 0.9, 1.15);
            default -> List.of();
        };
    }

    private static List<Goal> of(State state, double pinned, double awake, double paced, double crowded,
            double throughput, double cpu) {
        return switch (state) {
            case PINNED -> goal(Measure.P50, pinned);
            case AWAKE -> goal(Measure.P50, awake);
            case PACED -> goal(Measure.P50, paced);
            case CROWDED -> goal(Measure.P99, crowded);
            case PIPELINED -> List.of(new Goal(Measure.THROUGHPUT, throughput), new Goal(Measure.CPU, cpu));
        };
    }

    private static List<Goal> goal(Measure measure, double limit) {
        return limit == 0 ? List.of() : List.of(new Goal(measure, limit));
    }

    double value(WireRow row) {
        return switch (measure) {
            case P50 -> row.p50Ratio();
            case P99 -> row.p99Ratio();
            case THROUGHPUT -> row.throughputRatio();
            case CPU -> row.cpuRatio();
            case OVER -> row.p50Micros() - row.floorP50Micros();
        };
    }

    boolean isMet(WireRow row) {
        return measure == Measure.THROUGHPUT ? value(row) >= limit : value(row) <= limit;
    }

    /// Such as `p50 ≤ 1.3 ×`.
    @Override
    public String toString() {
        return switch (measure) {
            case OVER -> String.format(Locale.ROOT, "p50 ≤ +%s µs", limit);
            case THROUGHPUT -> String.format(Locale.ROOT, "calls/s ≥ %s ×", limit);
            case P50, P99, CPU ->
                String.format(Locale.ROOT, "%s ≤ %s ×", measure.name().toLowerCase(Locale.ROOT), limit);
        };
    }
}
