package dev.shortwire.cli;

import dev.shortwire.registry.zookeeper.embedded.EmbeddedZooKeeper;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `shortwire registry`: a registry server, until it is told to stop.
@Command(name = "registry", description = "Start a registry server (ZooKeeper) alone, on loopback.")
final class RegistryCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "2181", description = "Where nodes connect (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--data-dir", paramLabel = "DIR", defaultValue = "shortwire-registry", description = "Where it keeps its data (default: ${DEFAULT-VALUE}).")
    private Path dataDir = Path.of("shortwire-registry");

    RegistryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (port < 1 || port > 65_535) {
            throw new CliException(ExitCode.USAGE, "port=" + port + " must be 1 to 65535; set --port");
        }
        Closer closer = new Closer();
        return UntilStopped.run(terminal, closer, () -> {
            EmbeddedZooKeeper server = closer.add(EmbeddedZooKeeper.standalone(dataDir.toAbsolutePath(), port));
            terminal.line(server.uri().toString());
            terminal.error("the registry runs, data in " + dataDir.toAbsolutePath() + "; Ctrl-C stops it");
        });
    }
}
