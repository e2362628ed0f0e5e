package dev.shortwire.cli;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;

/// The main class of the demo's node processes: a node that is told its configuration through its standard input, and
/// ends when that does. Without the parsing of a command line and of YAML, which take longer than all else that a node
/// does until it serves.
final class HeldNode {
    static final String QUIET = "quiet";

    private HeldNode() {}

    /// @param args [#QUIET] or nothing
    public static void main(String[] args) {
        Terminal terminal = Terminal.ofProcess();
        System.exit(run(terminal, List.of(args)));
    }

    /// Runs the node that the input describes. Ends the process where the input ends.
    private static int run(Terminal terminal, List<String> words) {
        try {
            NodeConfig config = HeldConfig.read(terminal.in());
            Thread.ofPlatform().daemon().name("shortwire-held").start(() -> endWithInput(terminal));
            return new NodeRun(terminal, words.contains(QUIET), "").run(config);
        } catch (EOFException launcherGone) {
            return ExitCode.OK;
        } catch (Exception failure) {
            return Failures.report(terminal, failure, System.getProperty(Logging.PROPERTY) != null);
        }
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
