package dev.shortwire.bench;

import dev.shortwire.bench.Table.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes tables, charts and the results in JSON of what [WiresBench] found.
final class WiresReport {
    private final WiresBench.Findings findings;
    private final List<WireRow> rows;
    private final boolean quick;
    private final int forks;
    private final long seconds;

    WiresReport(WiresBench.Findings findings, boolean quick, int forks, long seconds) {
        this.findings = findings;
        this.rows = findings.rows();
        this.quick = quick;
        this.forks = forks;
        this.seconds = seconds;
    }

    Report report(Benchmark benchmark) {
        List<Table> tables = new ArrayList<>();
        tables.add(latency());
        tables.add(throughput());
        if (!findings.idle().isEmpty()) {
            tables.add(idle());
        }
        Scenarios scenarios = new Scenarios(rows);
        Table scenarioTable = scenarios.table();
        tables.add(scenarioTable);
        List<Chart> charts = new ArrayList<>();
        for (State state : State.values()) {
            chart(state, charts);
        }
        return new Report(benchmark.name(), benchmark.description(), quick, tables, charts)
                .withNotes(notes(scenarios.verdict()))
                .with("seconds", seconds).with("forks", forks)
                .with("results", trees(Comparison.Path.CALL)).with("cachePath", trees(Comparison.Path.GET))
                .with("idle", findings.idle())
                .with("unavailable", findings.unavailable()).with("failures", findings.failures())
                .with("scenarios", scenarioTable.rows());
    }

    private List<Map<String, Object>> trees(Comparison.Path path) {
        return rows.stream().filter(row -> row.comparison().path() == path).map(WireRow::tree).toList();
    }

    /// One outstanding.
    private Table latency() {
        Table table = new Table("One call after the other: microseconds",
                List.of(Column.text("wire"), Column.text("state"), Column.text("body"), Column.number("p50", "p50", 2),
                        Column.number("p99", "p99", 1), Column.number("p999", "p99.9", 1),
                        Column.number("cpu", "CPU/call", 2), Column.number("alloc", "B alloc/call", 0),
                        Column.number("sent", "B sent/call", 0), Column.text("floor"),
                        Column.number("floorP50", "its p50", 2), Column.number("floorP99", "its p99", 1),
                        Column.number("ratio", "p50 ×", 2), Column.number("ratio99", "p99 ×", 2),
                        Column.number("ratioCpu", "CPU ×", 2), Column.text("goal")));
        for (WireRow row : rows) {
            if (row.comparison().outstanding() == 1) {
                Map<String, Object> tree = row.tree();
                table.row(wire(row), row.comparison().state().label(), body(row), row.p50Micros(), row.p99Micros(),
                        number(tree, "p999Micros"), row.cpuMicros(), number(tree, "allocatedBytesPerCall"),
                        number(tree, "wireBytesPerCall"), row.comparison().floor(), row.floorP50Micros(),
                        row.floorP99Micros(), row.p50Ratio(), row.p99Ratio(), row.cpuRatio(), row.verdict());
            }
        }
        return table;
    }

    private Table throughput() {
        Table table = new Table("Many calls under way, one issuer",
                List.of(Column.text("wire"), Column.number("outstanding", "outstanding", 0), Column.text("body"),
                        Column.number("ops", "calls/s", 0), Column.number("cpu", "µs CPU/call", 2),
                        Column.number("alloc", "B alloc/call", 0), Column.number("sent", "B sent/call", 0),
                        Column.number("p50", "p50 µs", 1), Column.number("p99", "p99 µs", 1), Column.text("floor"),
                        Column.number("floorOps", "its calls/s", 0), Column.number("floorCpu", "its µs CPU", 2),
                        Column.number("ratio", "calls/s ×", 2), Column.number("ratioCpu", "CPU ×", 2),
                        Column.text("goal")));
        for (WireRow row : rows) {
            if (row.comparison().outstanding() > 1) {
                Map<String, Object> tree = row.tree();
                table.row(wire(row), row.comparison().outstanding(), body(row), row.opsPerSecond(), row.cpuMicros(),
                        number(tree, "allocatedBytesPerCall"), number(tree, "wireBytesPerCall"), row.p50Micros(),
                        row.p99Micros(), row.comparison().floor(), row.floorOpsPerSecond(), row.floorCpuMicros(),
                        row.throughputRatio(), row.cpuRatio(), row.verdict());
            }
        }
        return table;
    }

    private Table idle() {
        Table table = new Table("What a node has more: listening, and " + Idle.LINKS + " links that nobody uses",
                List.of(Column.text("wire"), Column.number("threads", "threads", 0),
                        Column.number("descriptors", "files and sockets", 0),
                        Column.number("resident", "KiB of memory", 0),
                        Column.number("cpu", "% of a processor, both ends", 2)));
        findings.idle().forEach(found -> table.row(found.wire(), found.threads(), found.descriptors(),
                found.residentKib(), found.cpuPercent()));
        return table;
    }

    private void chart(State state, List<Chart> charts) {
        List<String> wires = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> floors = new ArrayList<>();
        for (WireRow row : rows) {
            Comparison c = row.comparison();
            if (c.path() == Comparison.Path.CALL && c.state() == state && c.spin() && c.bytes() == 100
                    && c.form() == Body.Form.BYTES
                    && (c.outstanding() == 1 || c.outstanding() == 64) && !wires.contains(c.wire())) {
                wires.add(c.wire());
                ours.add(state == State.PIPELINED ? row.opsPerSecond() : row.p50Micros());
                floors.add(state == State.PIPELINED ? row.floorOpsPerSecond() : row.floorP50Micros());
            }
        }
        if (!wires.isEmpty()) {
            Map<String, List<Double>> series = new LinkedHashMap<>();
            series.put("wire", ours);
            series.put("bare loop", floors);
            charts.add(state == State.PIPELINED
                    ? new Chart("64 calls under way, 100 B", "calls a second", false, wires, series)
                    : new Chart("One call after the other, 100 B, " + state.label(), "µs, median", true, wires,
                            series));
        }
    }

    private List<String> notes(String verdict) {
        List<String> notes = new ArrayList<>();
        if (!verdict.isEmpty()) {
            notes.add(verdict);
        }
        findings.unavailable().forEach((wire, why) -> notes.add("Not available here: " + wire + ": " + why));
        findings.failures().forEach(failure -> notes.add("Failed: " + failure));
        long goals = rows.stream().mapToLong(row -> row.goals().size()).sum();
        long met = rows.stream().mapToLong(row -> row.goals().stream().filter(goal -> goal.isMet(row)).count()).sum();
        notes.add(met + " of " + goals + " goals met. " + (forks == 1 ? "One fork" : forks + " forks") + ", " + seconds
                + " s in all; a ratio is the median of those within each pair of slices.");
        return notes;
    }

    private static String wire(WireRow row) {
        return row.comparison().wire() + (row.comparison().path() == Comparison.Path.GET ? ", get" : "")
                + (row.comparison().spin() ? "" : ", no spinning");
    }

    private static String body(WireRow row) {
        Comparison c = row.comparison();
        return c.bytes() + " B" + (c.form() == Body.Form.BYTES ? "" : " " + c.form().label());
    }

    private static double number(Map<String, Object> tree, String key) {
        return tree.get(key) instanceof Number number ? number.doubleValue() : 0;
    }
}
