package dev.shortwire.bench;

import dev.shortwire.bench.Table.Column;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which wire for whom, with the figures of this machine; and where they contradict what is usually advised: HTTP to learn
/// by and in production, calls within the process for the fastest single machine, IPC where resources are scarce.
final class Scenarios {
    private final List<WireRow> rows;

    Scenarios(List<WireRow> rows) {
        this.rows = rows;
    }

    Table table() {
        Table table = new Table("Which wire, here",
                List.of(Column.text("scenario"), Column.text("wire"), Column.text("usual advice"),
                        Column.text("figures of this machine"), Column.text("so")));
        table.row("learning or demo", "auto", "HTTP", figures("http", "uds"), learning());
        table.row("fastest single machine", best("in-process", "shm", "uds"), "in-process",
                figures("in-process", "shm", "uds", "http"), singleMachine());
        table.row("production over a network", best("tcp", "http"), "HTTP", figures("tcp", "grpc", "http"), network());
        table.row("embedded or small", best("in-process", "uds", "http"), "IPC", figures("in-process", "uds", "shm"),
                small());
        return table;
    }

    /// Whether HTTP is needed between processes of one machine, in one sentence; empty where that was not measured.
    String verdict() {
        return awake("http").flatMap(http -> awake(best("shm", "uds", "tcp")).map(own -> String.format(Locale.ROOT,
                "Is HTTP needed on one machine? No: awake, a call takes %s µs by %s and %s µs by http, %s times as long%s.",
                micros(own.p50Micros()), own.comparison().wire(), micros(http.p50Micros()),
                times(http.p50Micros() / own.p50Micros()), throughput(own, http)))).orElse("");
    }

    private String throughput(WireRow own, WireRow http) {
        Optional<WireRow> ownMany = row(own.comparison().wire(), State.PIPELINED);
        Optional<WireRow> httpMany = row(http.comparison().wire(), State.PIPELINED);
        return ownMany.flatMap(a -> httpMany.map(b -> String.format(Locale.ROOT,
                "; with 64 under way %,.0f against %,.0f calls a second, at %s against %s µs of processor time each",
                a.opsPerSecond(), b.opsPerSecond(), micros(a.cpuMicros()), micros(b.cpuMicros())))).orElse("");
    }

    private String learning() {
        return "the same program runs on any wire; take http only to watch calls with curl";
    }

    private String singleMachine() {
        return ratio("http", "in-process").map(ratio -> "in one process a call is " + times(ratio)
                + " times as fast as by http").orElse("in one process where isolation is not needed")
                + ratio("http", best("shm", "uds"))
                        .map(ratio -> "; " + best("shm", "uds") + " keeps processes apart and is "
                                + times(ratio) + " times as fast")
                        .orElse("");
    }

    private String network() {
        return ratio("http", "tcp").map(ratio -> ratio > 1.05
                ? "contradicts the advice: tcp takes 1/" + times(ratio)
                        + " of the time, and scales as well; http through proxies only"
                : "http costs nothing more here").orElse("tcp; http through proxies only");
    }

    private String small() {
        return awake("in-process").isPresent()
                ? "contradicts the advice: one process needs the least of everything; uds where there must be two"
                : "uds: no port, no thread that is always awake";
    }

    /// The wire among these whose calls are the shortest; the first of them where none was measured.
    private String best(String... wires) {
        String best = wires[0];
        for (String wire : wires) {
            Optional<WireRow> row = awake(wire);
            Optional<WireRow> so = awake(best);
            if (row.isPresent() && (so.isEmpty() || row.get().p50Micros() < so.get().p50Micros())) {
                best = wire;
            }
        }
        return best;
    }

    private String figures(String... wires) {
        StringBuilder text = new StringBuilder();
        for (String wire : wires) {
            awake(wire).ifPresent(row -> text.append(text.isEmpty() ? "" : ", ").append(wire).append(' ')
                    .append(micros(row.p50Micros())).append(" µs"));
        }
        return text.isEmpty() ? "not measured" : text.toString();
    }

    private Optional<Double> ratio(String slow, String fast) {
        return awake(slow).flatMap(a -> awake(fast).map(b -> a.p50Micros() / b.p50Micros()));
    }

    private Optional<WireRow> awake(String wire) {
        return row(wire, State.AWAKE);
    }

    private Optional<WireRow> row(String wire, State state) {
        return rows.stream().filter(row -> row.comparison().path() == Comparison.Path.CALL
                && row.comparison().wire().equals(wire) && row.comparison().state() == state
                && row.comparison().spin() && row.comparison().bytes() == 100
                && row.comparison().form() == Body.Form.BYTES
                && row.comparison().outstanding() == (state == State.PIPELINED ? 64 : 1)).findFirst();
    }

    private static String micros(double value) {
        return String.format(Locale.ROOT, value < 1 ? "%.2f" : value < 10 ? "%.1f" : "%.0f", value);
    }

    private static String times(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
    }
}
