package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@EnabledOnOs(OS.LINUX)
final class WiresBenchTest {
    private final WiresBench.Findings findings = new WiresBench.Findings();

    private void measure(String wire, Comparison... comparisons) {
        ForkPlan plan = new ForkPlan(wire, Stream.of(comparisons).toList(), 10, 10);
        WiresBench.measure(plan, findings, step -> {});
    }

    @Test
    void measuresAWireBetweenTwoProcesses() {
        measure("http", WireRowTest.comparison("http", State.PINNED, HttpFloor.NAME),
                WireRowTest.comparison("http", State.AWAKE, SocketFloor.SPINNING_TCP),
                WireRowTest.comparison("http", State.PACED, HttpFloor.NAME),
                WireRowTest.comparison("http", State.PIPELINED, SocketFloor.BARE_UDS),
                new Comparison(Comparison.Path.GET, "http", State.AWAKE, true, Comparison.CALL_FLOOR, Body.Form.BYTES,
                        100, 1, 2, 10));
        assertThat(findings.failures()).isEmpty();
        assertThat(findings.rows()).hasSize(5).allSatisfy(row -> {
            assertThat(row.p50Micros()).isPositive();
            assertThat(row.cpuMicros()).isPositive();
            assertThat(row.p50Ratio()).isPositive();
            assertThat(row.tree().get("serverAllocatedBytesPerCall")).isInstanceOf(Double.class)
                    .isNotEqualTo(0.0);
            assertThat(row.tree().get("wireBytesPerCall")).isInstanceOf(Double.class).isNotEqualTo(0.0);
        });
        assertThat(findings.idle()).singleElement().satisfies(idle -> assertThat(idle.descriptors()).isPositive());
    }

    @Test
    void goesOnAfterWhatCannotBeMeasured() {
        measure("in-process", WireRowTest.comparison("in-process", State.AWAKE, "no-such-floor"),
                WireRowTest.comparison("in-process", State.AWAKE, MethodFloor.NAME));
        assertThat(findings.failures()).singleElement().asString().contains("floor=no-such-floor must be one of");
        assertThat(findings.rows()).hasSize(1);
        Report report = new WiresReport(findings, true, 1, 0).report(new WiresBench());
        JsonNode root = JsonMapper.builder().build().readTree(report.json());
        assertThat(root.get("machine").get("processors").asInt()).isPositive();
        assertThat(root.get("results").get(0).get("floor").asString()).isEqualTo("direct-call");
        assertThat(root.get("scenarios").size()).isEqualTo(4);
        assertThat(report.text()).contains("One call after the other", "in-process", "Which wire, here",
                "Failed: in-process, awake, 100 B");
    }

    @Test
    void plansEveryGoalForEveryWire() {
        for (boolean quick : new boolean[] {true, false}) {
            for (String wire : List.of("in-process", "shm", "uds", "tcp", "udp", "grpc", "http", "unknown")) {
                ForkPlan plan = new WirePlan(quick).fork(wire, Set.of(State.values()), true);
                assertThat(plan.comparisons()).doesNotHaveDuplicates().allSatisfy(comparison -> {
                    assertThat(comparison.path() == Comparison.Path.GET
                            || Floors.named(comparison.floor()).name().equals(comparison.floor())).isTrue();
                    assertThat(comparison.pairs() % 2).isZero();
                });
            }
        }
        assertThat(new WirePlan(false).fork("uds", Set.of(State.values()), true).comparisons().stream()
                .flatMap(comparison -> Goal.of(comparison).stream())).hasSize(9);
    }

    @Test
    void refusesPartsThatItDoesNotHave() {
        BenchOptions options = BenchOptions.parse(List.of("--quick", "--only", "http,asleep"));
        assertThatThrownBy(() -> new WiresBench().run(options, step -> {})).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--only asleep must be one of awake, crowded, grpc, http");
    }
}
