package dev.shortwire.bench;

import dev.shortwire.ConfigurationException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How to run a benchmark, and where its results go besides the table.
///
/// @param quick  fewer rounds and smaller samples; for a first impression, not for a claim
/// @param json   file for all figures, or null for none
/// @param chart  PNG file for the charts, or null for none
/// @param report HTML file for tables and charts together, or null for none
/// @param only   names of the parts to measure, of those that the benchmark has; none: all
public record BenchOptions(boolean quick, @Nullable Path json, @Nullable Path chart, @Nullable Path report,
        Set<String> only) {
    public static final String USAGE = "[--quick] [--json FILE] [--chart FILE.png] [--report FILE.html] [--only PART,…]";

    public BenchOptions {
        only = new LinkedHashSet<>(only);
        if (chart != null && !chart.toString().endsWith(".png")) {
            throw new ConfigurationException("--chart " + chart + " must end in .png, the only format; rename it");
        }
    }

    /// A quick run without files.
    public static BenchOptions quickly() {
        return new BenchOptions(true, null, null, null, Set.of());
    }

    /// The options of a command line: [#USAGE].
    ///
    /// @throws ConfigurationException if one is unknown or has no value
    public static BenchOptions parse(List<String> args) {
        boolean quick = false;
        Path json = null;
        Path chart = null;
        Path report = null;
        Set<String> only = new LinkedHashSet<>();
        Iterator<String> rest = args.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--quick" -> quick = true;
                case "--json" -> json = file(option, rest);
                case "--chart" -> chart = file(option, rest);
                case "--report" -> report = file(option, rest);
                case "--only" -> only.addAll(Arrays.asList(value(option, "names", rest).split(",", -1)));
                default -> throw new ConfigurationException("unknown option " + option + "; use " + USAGE);
            }
        }
        return new BenchOptions(quick, json, chart, report, only);
    }

    private static Path file(String option, Iterator<String> rest) {
        return Path.of(value(option, "a file", rest));
    }

    private static String value(String option, String what, Iterator<String> rest) {
        String value = rest.hasNext() ? rest.next() : "";
        if (value.isEmpty() || value.startsWith("--")) {
            throw new ConfigurationException(option + " must be followed by " + what + "; use " + USAGE);
        }
        return value;
    }
}
