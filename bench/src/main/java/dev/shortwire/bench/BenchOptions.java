package dev.shortwire.bench;

import dev.shortwire.ConfigurationException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How to run a benchmark, and where its results go besides the table.
///
/// @param quick fewer rounds and smaller samples; for a first impression, not for a claim
/// @param json  file for all figures, or null for none
/// @param chart PNG file for the charts, or null for none
public record BenchOptions(boolean quick, @Nullable Path json, @Nullable Path chart) {
    public static final String USAGE = "[--quick] [--json FILE] [--chart FILE.png]";

    public BenchOptions {
        if (chart != null && !chart.toString().endsWith(".png")) {
            throw new ConfigurationException("--chart " + chart + " must end in .png, the only format; rename it");
        }
    }

    /// A quick run without files.
    public static BenchOptions quickly() {
        return new BenchOptions(true, null, null);
    }

    /// The options of a command line: [#USAGE].
    ///
    /// @throws ConfigurationException if one is unknown or has no value
    public static BenchOptions parse(List<String> args) {
        boolean quick = false;
        Path json = null;
        Path chart = null;
        Iterator<String> rest = args.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--quick" -> quick = true;
                case "--json" -> json = file(option, rest);
                case "--chart" -> chart = file(option, rest);
                default -> throw new ConfigurationException("unknown option " + option + "; use " + USAGE);
            }
        }
        return new BenchOptions(quick, json, chart);
    }

    private static Path file(String option, Iterator<String> rest) {
        String value = rest.hasNext() ? rest.next() : "";
        if (value.isEmpty() || value.startsWith("--")) {
            throw new ConfigurationException(option + " must be followed by a file; use " + USAGE);
        }
        return Path.of(value);
    }
}
