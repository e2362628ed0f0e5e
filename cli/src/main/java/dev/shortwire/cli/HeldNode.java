package dev.shortwire.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The main class of the demo's node processes: a node that ends when its standard input does. Without the parsing of a
/// command line, which takes as long as all else that a node does until it serves.
final class HeldNode {
    static final String FIRST_START = "first-start";
    static final String QUIET = "quiet";

    private HeldNode() {}

    /// @param args the file with the options, then any of [#FIRST_START] and [#QUIET]
    public static void main(String[] args) {
        Terminal terminal = Terminal.ofProcess();
        Thread.ofPlatform().daemon().name("shortwire-held").start(() -> endWithInput(terminal));
        System.exit(run(terminal, List.of(args)));
    }

    private static int run(Terminal terminal, List<String> words) {
        try {
            NodeConfig config = config(words);
            return new NodeRun(terminal, words.contains(QUIET), "").run(config);
        } catch (Exception failure) {
            return Failures.report(terminal, failure, System.getProperty(Logging.PROPERTY) != null);
        }
    }

    private static NodeConfig config(List<String> words) {
        Map<String, String> said = new TreeMap<>();
        if (words.contains(FIRST_START)) {
            said.put("registry-server.first-start", "true");
        }
        return new ConfigReader(Map.of(), Map.of()).read(Path.of(words.getFirst()), said);
    }

    private static void endWithInput(Terminal terminal) {
        try {
            while (terminal.in().read() >= 0) {
                // nothing is expected: the pipe only has to stay open
            }
        } catch (IOException broken) {
            terminal.error("the pipe from the launcher broke: " + broken.getMessage());
        }
        Runtime.getRuntime().halt(ExitCode.OK);
    }
}
