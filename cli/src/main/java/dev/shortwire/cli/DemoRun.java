package dev.shortwire.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs a demo until the process is told to end.
///
/// Looking through the annotations that describe a command line takes a fifth of a second, in which no node can start.
/// So the words of a demo are first read here, without them. That knows the right words only: anything else, help and
/// mistakes included, is left to [DemoCommand].
final class DemoRun {
    static final int DEFAULT_NODES = 3;
    static final String DEFAULT_WIRE = NodeConfig.DEFAULT_WIRES;
    static final String DEFAULT_LOAD_DELAY = "20ms";
    private static final Set<String> WITH_VALUE = Set.of("--nodes", "--wire", "--port", "--data-dir", "--load-delay");
    private static final String QUIET = "--quiet";

    private DemoRun() {}

    static int run(Terminal terminal, DemoSettings settings) throws Exception {
        Lines lines = new Lines(terminal::line);
        try (lines) {
            Demo demo = new Demo(settings, lines::add);
            return UntilStopped.run(terminal, () -> {
                try (lines) {
                    demo.close();
                }
            }, demo::start);
        }
    }

    /// What the options say, as text where it is given.
    ///
    /// @throws CliException                       if a value is out of range
    /// @throws dev.shortwire.ConfigurationException if the delay is no duration
    static DemoSettings settings(int nodes, String wire, @Nullable Integer port, @Nullable Path dataDir,
            String loadDelay, boolean quiet) {
        boolean together = wire.equals(DemoSettings.IN_PROCESS_WIRE);
        return new DemoSettings(nodes,
                together ? DemoSettings.Mode.IN_PROCESS : DemoSettings.Mode.PROCESSES, wire, port, dataDir,
                Units.duration("--load-delay", loadDelay), quiet);
    }

    /// The demo that the words of a command line ask for; null if they are anything but `demo` and right options of it.
    static @Nullable DemoSettings plain(List<String> words) {
        if (words.isEmpty() || !words.getFirst().equals("demo")) {
            return null;
        }
        Map<String, String> said = new HashMap<>();
        for (Iterator<String> rest = words.subList(1, words.size()).iterator(); rest.hasNext();) {
            String word = rest.next();
            int equals = word.indexOf('=');
            String option = equals < 0 ? word : word.substring(0, equals);
            if (word.equals(QUIET)) {
                said.put(QUIET, "");
            } else if (!WITH_VALUE.contains(option) || equals < 0 && !rest.hasNext()
                    || said.put(option, equals < 0 ? rest.next() : word.substring(equals + 1)) != null) {
                return null;
            }
        }
        return said.values().stream().anyMatch(value -> value.startsWith("-")) ? null : plain(said);
    }

    private static @Nullable DemoSettings plain(Map<String, String> said) {
        String nodes = said.getOrDefault("--nodes", Integer.toString(DEFAULT_NODES));
        String port = said.get("--port");
        String dataDir = said.get("--data-dir");
        if (!isShortNumber(nodes) || port != null && !isShortNumber(port) || dataDir != null && dataDir.isEmpty()) {
            return null;
        }
        return settings(Integer.parseInt(nodes), said.getOrDefault("--wire", DEFAULT_WIRE),
                port == null ? null : Integer.valueOf(port), dataDir == null ? null : Path.of(dataDir),
                said.getOrDefault("--load-delay", DEFAULT_LOAD_DELAY), said.containsKey(QUIET));
    }

    private static boolean isShortNumber(String text) {
        return !text.isEmpty() && text.length() <= 6 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
