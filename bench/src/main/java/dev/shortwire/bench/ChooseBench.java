package dev.shortwire.bench;

import dev.shortwire.bench.ChooseRun.Lengths;
import dev.shortwire.bench.ChooseRun.Row;
import dev.shortwire.bench.Table.Column;
import java.util.List;
import java.util.function.Consumer;

/// How well a node chooses among the wires to a peer while they become slow, lossy, silent, dead or unsteady.
///
/// The owner of a key is a real process with real wires. In this process one client lets its node choose, and one client
/// for each wire is pinned to it. The one that is pinned to the best wire of the moment is the *oracle*: the two take
/// turns, A B B A, in slices of 40 ms on one thread, so that they see the same machine. The regret is the share of the
/// oracle's calls that the node has not made in the same time. What is wrong with a wire is done alike to the links of
/// both, in this process.
final class ChooseBench implements Benchmark {
    static final String WIRES = "auto,!in-process";
    private static final double REGRET = 0.05;
    private static final double DEAD_MILLIS = 50;
    private static final double DEADLINE_MILLIS = 1000;
    private static final double CHANGES = 2;

    @Override
    public String name() {
        return "choose";
    }

    @Override
    public String description() {
        return "choosing among wires that become slow, lossy, silent, dead and well again, against the best one at each"
                + " moment";
    }

    @Override
    public Report run(BenchOptions options, Consumer<String> progress) {
        Lengths lengths = options.quick() ? Lengths.QUICK : Lengths.FULL;
        try (ChooseProcess owner = ChooseProcess.start(WIRES);
                ChooseRun run = new ChooseRun(owner.profile(), lengths, progress)) {
            run.all();
            return new Report(name(), description(), options.quick(), List.of(stretches(run), changes(run), goals(run)),
                    List.of());
        }
    }

    private static Table stretches(ChooseRun run) {
        Table table = new Table("What the node did", List.of(Column.text("stretch"), Column.text("chosen"),
                Column.text("best"), Column.number("calls", "calls", 0), Column.number("failures", "failed", 0),
                Column.number("callsPerSecond", "per s", 0), Column.number("oracleCallsPerSecond", "oracle, per s", 0),
                Column.number("regret", "regret", 3), Column.number("longestMillis", "longest, ms", 1),
                Column.number("changes", "changes a minute", 0)));
        for (Row row : run.rows()) {
            boolean compared = row.oracle().calls() > 0;
            table.row(row.what(), row.wire(), row.best(), row.chosen().calls(), row.chosen().failures(),
                    row.chosen().rate(), row.oracle().rate(), compared ? row.regret() : 0.0,
                    row.chosen().longestNanos() / 1e6, row.changes());
        }
        return table;
    }

    private static Table changes(ChooseRun run) {
        Table table = new Table("Changes of the wire in use", List.of(Column.text("scenario"),
                Column.number("afterMillis", "after, ms", 0), Column.text("from"), Column.text("to"),
                Column.text("because")));
        run.changes().forEach(change -> table.row(change.scenario(), change.afterMillis(), change.change().from(),
                change.change().to(), change.change().reason()));
        return table;
    }

    private static Table goals(ChooseRun run) {
        List<Row> rows = run.rows();
        List<Row> compared = rows.stream().filter(row -> row.oracle().calls() > 0).toList();
        double regret = Math.max(0, 1 - compared.stream().mapToDouble(row -> row.chosen().calls()).sum()
                / compared.stream().mapToDouble(Row::couldHave).sum());
        long failures = rows.stream().mapToLong(row -> row.chosen().failures()).sum();
        Table table = new Table("Goals", List.of(Column.text("goal"), Column.number("measured", "measured", 3),
                Column.number("bound", "at most", 3), Column.text("holds")));
        goal(table, "regret against the best wire at each moment", regret, REGRET);
        goal(table, "idempotent calls that failed", (double) failures, 0);
        goal(table, "off a dead wire, ms", longest(rows, "dead"), DEAD_MILLIS);
        goal(table, "off a silent wire, ms", longest(rows, "silent"), DEADLINE_MILLIS);
        goal(table, "changes a minute when flapping",
                (double) rows.stream().mapToLong(Row::changes).max().orElse(0), CHANGES);
        return table;
    }

    /// The longest call of those that met the beginning of that harm.
    private static double longest(List<Row> rows, String what) {
        return rows.stream().filter(row -> row.what().startsWith(what + ": begins"))
                .mapToDouble(row -> row.chosen().longestNanos() / 1e6).max().orElse(Double.MAX_VALUE);
    }

    private static void goal(Table table, String what, double measured, double bound) {
        table.row(what, measured, bound, measured <= bound ? "yes" : "no");
    }
}
