package dev.shortwire.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// What all pairs of slices of a comparison say together, over all forks: medians. A ratio is the median of the ratios
/// within each pair, which is not the ratio of the medians. Immutable.
final class WireRow {
    private final Comparison comparison;
    private final List<Slice.Pair> pairs;

    /// @param pairs at least one
    WireRow(Comparison comparison, List<Slice.Pair> pairs) {
        this.comparison = comparison;
        this.pairs = List.copyOf(pairs);
    }

    Comparison comparison() {
        return comparison;
    }

    double p50Micros() {
        return wire(Slice::p50);
    }

    double floorP50Micros() {
        return floor(Slice::p50);
    }

    double opsPerSecond() {
        return wire(Slice::opsPerSecond);
    }

    double floorOpsPerSecond() {
        return floor(Slice::opsPerSecond);
    }

    double cpuMicros() {
        return wire(Slice::cpu);
    }

    double floorCpuMicros() {
        return floor(Slice::cpu);
    }

    double p99Micros() {
        return wire(Slice::p99);
    }

    double floorP99Micros() {
        return floor(Slice::p99);
    }

    double p50Ratio() {
        return ratios(Slice::p50).median();
    }

    double p99Ratio() {
        return ratios(Slice::p99).median();
    }

    double throughputRatio() {
        return ratios(Slice::opsPerSecond).median();
    }

    double cpuRatio() {
        return ratios(Slice::cpu).median();
    }

    /// Of the ratio that matters most in this state: throughput with many outstanding, else p50.
    double ratioSpread() {
        return ratios(comparison.outstanding() > 1 ? Slice::opsPerSecond : Slice::p50).spread();
    }

    List<Goal> goals() {
        return Goal.of(comparison);
    }

    /// The row of the results in JSON.
    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("wire", comparison.wire());
        tree.put("path", comparison.path().name().toLowerCase(Locale.ROOT));
        tree.put("codec", comparison.form().label());
        tree.put("state", comparison.state().label());
        tree.put("spin", comparison.spin());
        tree.put("bytes", comparison.bytes());
        tree.put("outstanding", comparison.outstanding());
        tree.put("p50Micros", p50Micros());
        tree.put("p99Micros", p99Micros());
        tree.put("p999Micros", wire(Slice::p999));
        tree.put("opsPerSecond", opsPerSecond());
        tree.put("cpuMicrosPerCall", cpuMicros());
        tree.put("allocatedBytesPerCall", wire(slice -> slice.clientAllocated() + slice.serverAllocated()));
        tree.put("clientAllocatedBytesPerCall", wire(Slice::clientAllocated));
        tree.put("serverAllocatedBytesPerCall", wire(Slice::serverAllocated));
        tree.put("wireBytesPerCall", wire(Slice::wireBytes));
        tree.put("floor", comparison.floor());
        tree.put("floorP50Micros", floorP50Micros());
        tree.put("floorP99Micros", floorP99Micros());
        tree.put("floorP999Micros", floor(Slice::p999));
        tree.put("floorOpsPerSecond", floorOpsPerSecond());
        tree.put("floorCpuMicrosPerCall", floorCpuMicros());
        tree.put("p50Ratio", p50Ratio());
        tree.put("p99Ratio", p99Ratio());
        tree.put("throughputRatio", throughputRatio());
        tree.put("cpuRatio", cpuRatio());
        tree.put("ratioSpread", ratioSpread());
        tree.put("pairs", pairs.size());
        tree.put("goals", goals().stream().map(this::goalTree).toList());
        return tree;
    }

    private Map<String, Object> goalTree(Goal goal) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("goal", goal.toString());
        tree.put("value", goal.value(this));
        tree.put("met", goal.isMet(this));
        return tree;
    }

    /// The goals and whether they are met, in one cell; empty where there is none.
    String verdict() {
        return goals().stream().map(goal -> goal + (goal.isMet(this) ? " yes" : " NO"))
                .collect(Collectors.joining(", "));
    }

    private double wire(ToDoubleFunction<Slice> figure) {
        return Samples.of(pairs.stream().mapToDouble(pair -> figure.applyAsDouble(pair.wire()))).median();
    }

    private double floor(ToDoubleFunction<Slice> figure) {
        return Samples.of(pairs.stream().mapToDouble(pair -> figure.applyAsDouble(pair.floor()))).median();
    }

    private Samples ratios(ToDoubleFunction<Slice> figure) {
        return Samples.of(pairs.stream()
                .mapToDouble(pair -> figure.applyAsDouble(pair.wire()) / figure.applyAsDouble(pair.floor()))
                .filter(Double::isFinite));
    }
}
