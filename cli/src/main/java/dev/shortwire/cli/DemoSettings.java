package dev.shortwire.cli;

import dev.shortwire.ConfigurationException;
import dev.shortwire.node.Shortwire;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the demo is asked for.
///
/// @param nodes     nodes to start, 1 to 16
/// @param mode      where the nodes live
/// @param wires     between the nodes, as the option `wires` of a node; without meaning where all are in one process
/// @param port      port of the API, and free ones for the nodes; null for 9999, and 8001, 8002, … for the nodes
/// @param dataDir   where the database is kept; null for the temporary folder
/// @param loadDelay what each load costs the database
/// @param quiet     whether to leave out the line per load, peer pick and member change
record DemoSettings(int nodes, Mode mode, String wires, @Nullable Integer port, @Nullable Path dataDir,
        Duration loadDelay,
        boolean quiet) {
    /// Where the nodes live, and how they reach each other.
    enum Mode {
        /// Each in a process of its own.
        PROCESSES,
        /// All in the launcher's process, by method calls.
        IN_PROCESS,
        /// All in the launcher's process, but over HTTP and with a registry, so that one process does all that any of
        /// them does.
        REHEARSAL
    }

    static final String IN_PROCESS_WIRE = "in-process";
    static final int API_PORT = 9999;
    static final int FIRST_NODE_PORT = 8001;
    static final int MAX_NODES = 16;

    DemoSettings {
        require(nodes >= 1 && nodes <= MAX_NODES, "nodes=" + nodes + " must be 1 to " + MAX_NODES + "; set --nodes");
        require(port == null || port >= 0 && port <= 65_535, "port=" + port + " must be 0 to 65535; set --port");
        if (mode != Mode.IN_PROCESS && !wires.equals(NodeConfig.DEFAULT_WIRES)) {
            checkWires(wires);
        }
        require(loadDelay.compareTo(Duration.ofSeconds(60)) <= 0,
                "load-delay=" + Units.text(loadDelay) + " must be at most 60s; set --load-delay");
    }

    private static void checkWires(String wires) {
        try {
            Shortwire.checkWires(wires);
        } catch (ConfigurationException wrong) {
            throw new CliException(ExitCode.USAGE, wrong.getMessage() + "; set --wire, to " + IN_PROCESS_WIRE
                    + " for all nodes in one process", wrong);
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new CliException(ExitCode.USAGE, message);
        }
    }

    int apiPort() {
        return port == null ? API_PORT : port;
    }
}
