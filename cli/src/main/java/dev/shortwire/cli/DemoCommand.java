package dev.shortwire.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `shortwire demo`.
@Command(name = "demo", description = "Start a cluster of node processes in front of a real database, to try things on."
        + " Ctrl-C stops it and leaves nothing behind.")
final class DemoCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = ""
            + DemoRun.DEFAULT_NODES, description = "Nodes to start, 1 to 16 (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--wire", paramLabel = "in-process|LIST", defaultValue = DemoRun.DEFAULT_WIRE, description = "in-process: all nodes in one process. Else a process per node, and the wires between them, best first: auto, ipc, http, … (default: ${DEFAULT-VALUE}).")
    private String wire = "";

    @Option(names = "--port", paramLabel = "PORT", description = "Port of the API; nodes take free ones then (default: 9999, and 8001, 8002, …). 0: a free one.")
    private @Nullable Integer port;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Keep the database here (default: a temporary folder that goes with the demo).")
    private @Nullable Path dataDir;

    @Option(names = "--load-delay", paramLabel = "TIME", defaultValue = DemoRun.DEFAULT_LOAD_DELAY, description = "What each load costs the database, up to 60s (default: ${DEFAULT-VALUE}).")
    private String loadDelay = "";

    @Option(names = "--quiet", description = "Print no line per load, peer pick and member change.")
    private boolean quiet;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return DemoRun.run(terminal, DemoRun.settings(nodes, wire, port, dataDir, loadDelay, quiet));
    }
}
