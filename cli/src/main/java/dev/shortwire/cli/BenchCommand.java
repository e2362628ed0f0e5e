package dev.shortwire.cli;

import dev.shortwire.bench.Benchmark;
import dev.shortwire.bench.Benchmarks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `shortwire bench NAME`.
@Command(name = "bench", description = "Measure on this machine, two or more things in turn in one run; without a name,"
        + " list what can be measured.")
final class BenchCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "`local`: a hit in the own store against bare Caffeine."
            + " `ring`: balance, keys moved and look-up time of three ways to place keys."
            + " `wires`: every wire between two processes against a bare loop over the same primitive; with --quick up to"
            + " five minutes, else about an hour. `loss`: TCP or UDP where packets are lost (Linux, root).")
    private @Nullable String name;

    @Option(names = "--quick", description = "Take less time and measure less exactly.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
    private @Nullable Path json;

    @Option(names = "--chart", paramLabel = "FILE.png", description = "Draw the figures.")
    private @Nullable Path chart;

    @Option(names = "--report", paramLabel = "FILE.html", description = "Write tables and charts as one HTML page.")
    private @Nullable Path report;

    @Option(names = "--only", paramLabel = "PART", split = ",", description = "Measure only these parts; of `wires`: names of wires, of states, or both.")
    private List<String> only = List.of();

    BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (name == null) {
            for (Benchmark benchmark : Benchmarks.all()) {
                terminal.line(benchmark.name() + "  " + benchmark.description());
            }
            return ExitCode.OK;
        }
        List<String> arguments = new ArrayList<>();
        if (quick) {
            arguments.add("--quick");
        }
        if (json != null) {
            arguments.addAll(List.of("--json", json.toString()));
        }
        if (chart != null) {
            arguments.addAll(List.of("--chart", chart.toString()));
        }
        if (report != null) {
            arguments.addAll(List.of("--report", report.toString()));
        }
        if (!only.isEmpty()) {
            arguments.addAll(List.of("--only", String.join(",", only)));
        }
        return Benchmarks.run(name, arguments, terminal.out(), terminal.err());
    }
}
