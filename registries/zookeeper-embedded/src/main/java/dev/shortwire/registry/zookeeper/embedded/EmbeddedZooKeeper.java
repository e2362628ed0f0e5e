package dev.shortwire.registry.zookeeper.embedded;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One ZooKeeper server in this process: alone, or one of an ensemble whose servers are all named before the first is
/// started. All its ports are bound to loopback, but for a server that stands alone and is told otherwise. Its failure is
/// logged and never ends the process.
///
/// The times fit one machine: a tick of 500 ms lets a follower give up a silent leader after 2 s, and sessions last
/// from 1 s to 60 s. A killed server is noticed at once, by its connections.
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedZooKeeper.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

    /// How a server with an empty data directory may come to vote.
    public enum Start {
        /// The ensemble has never run: empty is what everybody is. Say so once, for all its servers.
        FIRST,
        /// The ensemble may have run: with an empty directory, this server may have voted for what it no longer knows.
        /// It waits until the others serve without it, and then learns everything from them; if they don't, it refuses.
        AGAIN
    }

    private final ZooKeeperServerEmbedded server;
    private final String servers;
    private final Purge purge;
    private final DataLock lock;

    private EmbeddedZooKeeper(ZooKeeperServerEmbedded server, String servers, Purge purge, DataLock lock) {
        this.server = server;
        this.servers = servers;
        this.purge = purge;
        this.lock = lock;
    }

    /// Starts a server that is its own ensemble, on loopback. Blocks until it serves.
    ///
    /// @param clientPort where clients connect
    /// @throws ConfigurationException if the port is taken or the directory can't be used
    public static EmbeddedZooKeeper standalone(Path dataDir, int clientPort) {
        return standalone(dataDir, new HostPort("127.0.0.1", clientPort));
    }

    /// Starts a server that is its own ensemble. Blocks until it serves. ZooKeeper neither encrypts what its clients say
    /// nor asks who they are: an address that other machines reach is for a network whose machines are all trusted.
    ///
    /// @param clients where clients connect; `localhost` is 127.0.0.1
    /// @throws ConfigurationException if the address can't be bound or the directory can't be used
    public static EmbeddedZooKeeper standalone(Path dataDir, HostPort clients) {
        HostPort bound = clients.isLocalhost() ? new HostPort("127.0.0.1", clients.port()) : clients;
        Properties properties = common(dataDir);
        properties.setProperty("clientPort", Integer.toString(bound.port()));
        properties.setProperty("clientPortAddress", bound.host());
        requireFree(bound.host(), bound.port());
        return start(dataDir, properties, bound.toString());
    }

    /// Starts the server `id` of an ensemble. Blocks until its ports are bound, not until there is a quorum.
    ///
    /// @param ensemble all servers, the same list in each process
    /// @param dataDir  this server's own
    /// @throws ConfigurationException if a port is taken, if the directory belongs to another server or ensemble, or if
    ///                                it is empty, `start` is [Start#AGAIN] and the others don't serve
    public static EmbeddedZooKeeper of(List<EnsembleServer> ensemble, int id, Path dataDir, Start start) {
        EnsembleServer self = ensemble.stream().filter(server -> server.id() == id).findAny()
                .orElseThrow(() -> new ConfigurationException(
                        "id=" + id + " is not among the registry servers " + ensemble + "; set one of theirs"));
        require(ensemble.stream().mapToInt(EnsembleServer::id).distinct().count() == ensemble.size(),
                "registry servers " + ensemble + " must have different ids");
        if (ensemble.size() == 1) {
            return standalone(dataDir, self.clientPort());
        }
        DataDir.claim(dataDir, ensemble, self, start);
        Properties properties = common(dataDir);
        properties.setProperty("initLimit", "20");
        properties.setProperty("syncLimit", "4");
        properties.setProperty("cnxTimeout", "1000");
        properties.setProperty("standaloneEnabled", "true");
        properties.setProperty("quorumListenOnAllIPs", "false");
        for (EnsembleServer server : ensemble) {
            properties.setProperty("server." + server.id(), server.bindAddress() + ":" + server.peerPort() + ":"
                    + server.electionPort() + ";" + server.bindAddress() + ":" + server.clientPort());
        }
        requireFree(self.host(), self.clientPort(), self.peerPort(), self.electionPort());
        return start(dataDir, properties, clientAddresses(ensemble));
    }

    private static String clientAddresses(List<EnsembleServer> ensemble) {
        return ensemble.stream().map(server -> server.bindAddress() + ":" + server.clientPort())
                .collect(Collectors.joining(","));
    }

    /// Keys that ZooKeeper does not know become system properties, which is how it wants them.
    private static Properties common(Path dataDir) {
        Properties properties = new Properties();
        properties.setProperty("dataDir", dataDir.toAbsolutePath().toString());
        properties.setProperty("tickTime", "500");
        properties.setProperty("minSessionTimeout", "1000");
        properties.setProperty("maxSessionTimeout", "60000");
        properties.setProperty("maxClientCnxns", "1000");
        properties.setProperty("admin.enableServer", "false");
        properties.setProperty("4lw.commands.whitelist", "");
        properties.setProperty("preAllocSize", "1024");
        properties.setProperty("snapCount", "10000");
        properties.setProperty("fastleader.maxNotificationInterval", "1000");
        return properties;
    }

    private static EmbeddedZooKeeper start(Path dataDir, Properties properties, String servers) {
        DataLock lock = DataLock.take(dataDir);
        ZooKeeperServerEmbedded server = null;
        try {
            server = ZooKeeperServerEmbedded.builder().baseDir(dataDir).configuration(properties)
                    .exitHandler(ExitHandler.LOG_ONLY).build();
            server.start(START_TIMEOUT.toMillis());
            deleteConfigurationFiles(dataDir);
            LOG.debug("registry server runs, clients connect to {}", servers);
            return new EmbeddedZooKeeper(server, servers, new Purge(dataDir), lock);
        } catch (Exception e) {
            if (server != null) {
                server.close();
            }
            lock.close();
            ConfigurationException failure = new ConfigurationException("the registry server in " + dataDir
                    + " did not start within " + START_TIMEOUT.toSeconds() + " s: " + e.getMessage()
                    + "; its log has the reason");
            failure.initCause(e);
            throw failure;
        }
    }

    /// ZooKeeper writes what it is told to a new file at each start, reads that and leaves it.
    private static void deleteConfigurationFiles(Path dataDir) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dataDir, "zookeeper.configuration*.properties")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    /// A taken port would only be logged by the server, and the start time out.
    private static void requireFree(String host, int... ports) {
        for (int port : ports) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            } catch (IOException e) {
                throw new ConfigurationException(
                        "port " + port + " of " + host + " can't be bound by the registry server ("
                                + e.getMessage() + "); stop who has it or set another");
            }
        }
    }

    /// The `zookeeper:` URI by which nodes reach the whole ensemble.
    public URI uri() {
        return URI.create("zookeeper://" + servers);
    }

    /// Stops the server. What it knows stays in its data directory. Safe to repeat.
    @Override
    public void close() {
        purge.close();
        server.close();
        lock.close();
    }
}
