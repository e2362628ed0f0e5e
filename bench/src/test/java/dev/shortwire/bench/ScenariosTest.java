package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ScenariosTest {
    private static WireRow row(String wire, State state, double micros) {
        return WireRowTest.row(WireRowTest.comparison(wire, state, "floor"), micros, micros);
    }

    @Test
    void answersWithTheFiguresOfTheMachine() {
        Scenarios scenarios = new Scenarios(List.of(row("in-process", State.AWAKE, 0.05), row("uds", State.AWAKE, 5),
                row("tcp", State.AWAKE, 10), row("http", State.AWAKE, 60), row("uds", State.PIPELINED, 1),
                row("http", State.PIPELINED, 10)));
        assertThat(scenarios.verdict()).isEqualTo("Is HTTP needed on one machine? No: awake, a call takes 5.0 µs by uds"
                + " and 60 µs by http, 12 times as long; with 64 under way 1,000,000 against 100,000 calls a second,"
                + " at 0.50 against 5.0 µs of processor time each.");
        assertThat(scenarios.table().rows()).extracting(row -> row.get("wire")).containsExactly("auto", "in-process",
                "tcp", "in-process");
        assertThat(scenarios.table().text()).contains("contradicts the advice: tcp takes 1/6.0 of the time");
    }

    @Test
    void saysNothingOfWhatWasNotMeasured() {
        Scenarios scenarios = new Scenarios(List.of());
        assertThat(scenarios.verdict()).isEmpty();
        assertThat(scenarios.table().rows()).hasSize(4)
                .allSatisfy(row -> assertThat(row).containsEntry("figures of this machine", "not measured"));
    }
}
