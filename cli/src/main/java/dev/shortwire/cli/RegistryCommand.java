package dev.shortwire.cli;

import dev.shortwire.registry.zookeeper.embedded.EmbeddedZooKeeper;
import dev.shortwire.spi.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `shortwire registry`: a registry server, until it is told to stop.
@Command(name = "registry", description = "Start a registry server (ZooKeeper) alone.")
final class RegistryCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "2181", description = "Where nodes connect (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--host", paramLabel = "HOST", defaultValue = "127.0.0.1", description = "The address it listens on (default: ${DEFAULT-VALUE}). One that other machines reach needs --allow-plaintext and --allow-anonymous.")
    private String host = "127.0.0.1";

    @Option(names = "--allow-plaintext", description = "Listen where other machines reach it without encryption.")
    private boolean allowPlaintext;

    @Option(names = "--allow-anonymous", description = "Listen where other machines reach it without authentication.")
    private boolean allowAnonymous;

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
        HostPort listen = new HostPort(host, port);
        requireMayListen(listen);
        Closer closer = new Closer();
        return UntilStopped.run(terminal, closer, () -> {
            EmbeddedZooKeeper server = closer.add(EmbeddedZooKeeper.standalone(dataDir.toAbsolutePath(), listen));
            terminal.line(server.uri().toString());
            terminal.error("the registry runs, data in " + dataDir.toAbsolutePath() + "; Ctrl-C stops it");
        });
    }

    private void requireMayListen(HostPort listen) {
        InetAddress address;
        try {
            address = listen.resolve();
        } catch (UnknownHostException e) {
            throw new CliException(ExitCode.USAGE,
                    "host=" + host + " is unknown; set --host to an address of this machine");
        }
        if (address.isAnyLocalAddress()) {
            throw new CliException(ExitCode.USAGE,
                    "host=" + host + " means every address, and tells nodes none; set --host to the one they reach");
        }
        if (!address.isLoopbackAddress() && !(allowPlaintext && allowAnonymous)) {
            throw new CliException(ExitCode.USAGE, "host=" + host
                    + " is reached by other machines, and the registry neither"
                    + " encrypts nor asks who connects; add --allow-plaintext and --allow-anonymous, or leave --host out");
        }
    }
}
