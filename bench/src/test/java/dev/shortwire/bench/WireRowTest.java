package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WireRowTest {
    static Comparison comparison(String wire, State state, String floor) {
        return new Comparison(Comparison.Path.CALL, wire, state, true, floor, Body.Form.BYTES, 100,
                state == State.PIPELINED ? 64 : 1, 2, 10);
    }

    /// A row whose slices all look alike.
    static WireRow row(Comparison comparison, double micros, double floorMicros) {
        return new WireRow(comparison, List.of(new Slice.Pair(slice(micros), slice(floorMicros))));
    }

    private static Slice slice(double micros) {
        return new Slice(1_000, 1e6 / micros, micros, 2 * micros, 3 * micros, micros / 2, 200, 100, 350);
    }

    @Test
    void comparesWithinEachPair() {
        // The machine became slower all the time; the wire always took twice as long.
        List<Slice.Pair> pairs = IntStream.rangeClosed(1, 9).mapToObj(i -> new Slice.Pair(slice(20.0 * i),
                slice(10.0 * i))).toList();
        WireRow row = new WireRow(comparison("uds", State.PINNED, "bare-uds"), pairs);
        assertThat(row.p50Micros()).isEqualTo(100);
        assertThat(row.floorP50Micros()).isEqualTo(50);
        assertThat(row.p50Ratio()).isEqualTo(2);
        assertThat(row.throughputRatio()).isEqualTo(0.5);
        assertThat(row.ratioSpread()).isZero();
    }

    @Test
    void saysWhatAProgramNeedsToReadIt() {
        Map<String, Object> tree = row(comparison("uds", State.PINNED, "bare-uds"), 10, 8).tree();
        assertThat(tree).containsEntry("wire", "uds").containsEntry("codec", "bytes").containsEntry("state", "pinned")
                .containsEntry("bytes", 100).containsEntry("outstanding", 1).containsEntry("p50Micros", 10.0)
                .containsEntry("p99Micros", 20.0).containsEntry("opsPerSecond", 100_000.0)
                .containsEntry("cpuMicrosPerCall", 5.0).containsEntry("allocatedBytesPerCall", 300.0)
                .containsEntry("wireBytesPerCall", 350.0).containsEntry("floor", "bare-uds")
                .containsEntry("floorP50Micros", 8.0).containsEntry("floorOpsPerSecond", 125_000.0)
                .containsEntry("floorCpuMicrosPerCall", 4.0);
    }

    @Test
    void holdsEachWireAgainstItsGoals() {
        assertThat(row(comparison("uds", State.PINNED, "bare-uds"), 10, 8).verdict()).isEqualTo("p50 ≤ 1.3 × yes");
        assertThat(row(comparison("uds", State.PINNED, "bare-uds"), 11, 8).verdict()).isEqualTo("p50 ≤ 1.3 × NO");
        assertThat(row(comparison("in-process", State.PACED, "direct-call"), 0.19, 0.01).verdict())
                .isEqualTo("p50 ≤ +0.2 µs yes");
        assertThat(row(comparison("shm", State.PIPELINED, "bare-uds"), 1, 2.5).verdict())
                .isEqualTo("calls/s ≥ 3.0 × NO, cpu ≤ 0.5 × yes");
        assertThat(row(comparison("grpc", State.PACED, "bare-grpc-stream"), 1, 1).verdict()).isEmpty();
    }
}
