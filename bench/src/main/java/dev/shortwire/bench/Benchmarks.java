package dev.shortwire.bench;

import dev.shortwire.ConfigurationException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All benchmarks, by name; the way in for the command line.
public final class Benchmarks {
    /// It ran, and everything asked for was written.
    public static final int DONE = 0;
    /// It ran, but a file could not be written.
    public static final int NOT_WRITTEN = 1;
    /// It did not run: there is no such benchmark or option.
    public static final int WRONG_USAGE = 2;

    private static final List<Benchmark> ALL = List.of(new RingBench(), new LocalBench());

    private Benchmarks() {}

    /// All there are, in the order in which they are listed.
    public static List<Benchmark> all() {
        return Stream.concat(ALL.stream(), BETWEEN_PROCESSES.stream()).toList();
    }

    /// Runs a benchmark; progress and errors, one line each, go to the process's standard error.
    ///
    /// @param args [BenchOptions#USAGE]
    /// @param out  gets the tables
    /// @return the exit code: [#DONE], [#NOT_WRITTEN] or [#WRONG_USAGE]
    public static int run(String name, List<String> args, PrintStream out) {
        return run(name, args, out, System.err);
    }

    /// As the other `run`, with progress and errors to `err`.
    public static int run(String name, List<String> args, PrintStream out, PrintStream err) {
        BenchOptions options;
        Benchmark benchmark;
        try {
            benchmark = find(name);
            options = BenchOptions.parse(args);
        } catch (ConfigurationException e) {
            err.println("error: " + e.getMessage());
            return WRONG_USAGE;
        }
        Report report;
        try {
            report = benchmark.run(options, step -> err.println(name + ": " + step));
        } catch (ConfigurationException e) {
            err.println("error: " + e.getMessage());
            return WRONG_USAGE;
        }
        out.print(report.text());
        out.flush();
        try {
            report.save(options);
            return DONE;
        } catch (IOException e) {
            err.println("error: cannot write the results: " + e + "; name a file in a folder that can be written");
            return NOT_WRITTEN;
        }
    }

    /// Those that start processes of their own.
    private static final List<Benchmark> BETWEEN_PROCESSES = List.of(new WiresBench(), new LossBench(),
            new ChooseBench());

    private static Benchmark find(String name) {
        return all().stream().filter(benchmark -> benchmark.name().equals(name)).findFirst()
                .orElseThrow(() -> new ConfigurationException("benchmark=" + name + " must be one of "
                        + all().stream().map(Benchmark::name).collect(Collectors.joining(", "))));
    }
}
