package dev.shortwire.wire.grpc;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file of a Unix socket that is listened on: this user's alone, and taken away at the end.
final class UnixSocketFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(UnixSocketFile.class);
    /// What the kernel takes, less the zero at the end.
    private static final int MAX_PATH_BYTES = 107;

    private final Path path;

    private UnixSocketFile(Path path) {
        this.path = path;
    }

    /// Makes way for a socket at `path`: one that nobody listens on any more, which a killed process left, is removed.
    ///
    /// @throws ConfigurationException if somebody listens there, or something else than a socket is there
    static UnixSocketFile claim(Path path) {
        require(path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length <= MAX_PATH_BYTES,
                "unix:" + path + " is too long; a path of a socket has at most " + MAX_PATH_BYTES + " bytes");
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            require(isSocket(path) && isAbandoned(path), "can't listen on unix:" + path
                    + " for gRPC: somebody listens there, or it is no socket; stop him, or set another path");
            delete(path);
        }
        return new UnixSocketFile(path);
    }

    private static boolean isSocket(Path path) {
        return !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                && !Files.isSymbolicLink(path);
    }

    private static boolean isAbandoned(Path path) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            throw new ConfigurationException("can't listen on unix:" + path + " for gRPC: " + e.getMessage());
        }
    }

    /// Leaves the socket to this user. Others that were quicker are refused by [ConnectionGate].
    void restrict() {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new ConfigurationException("can't restrict unix:" + path + " to this user: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        delete(path);
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("The socket {} could not be removed", path, e);
        }
    }
}
