package dev.shortwire.wire.grpc;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.spi.HostPort;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/// Where a server listens: `host:port` or `[ipv6]:port`, or `unix:/path` for a Unix socket.
sealed interface Address {
    String UNIX = "unix:";

    /// A port of a host.
    record Tcp(HostPort at) implements Address {
        /// Blocks while a name is looked up.
        InetSocketAddress resolve() throws UnknownHostException {
            return new InetSocketAddress(at.resolve(), at.port());
        }

        @Override
        public String toString() {
            return at.toString();
        }
    }

    /// @param path of the socket, absolute
    record Unix(Path path) implements Address {
        SocketAddress socketAddress() {
            return new DomainSocketAddress(path.toString());
        }

        @Override
        public String toString() {
            return UNIX + path;
        }
    }

    /// @throws dev.shortwire.ConfigurationException if `text` has none of these forms
    static Address parse(String text) {
        if (!text.startsWith(UNIX)) {
            return new Tcp(HostPort.parse(text));
        }
        require(text.startsWith(UNIX + "/") && text.indexOf('\0') < 0,
                "gRPC address \"" + text + "\" must have the form unix:/path; set it so");
        return new Unix(Path.of(text.substring(UNIX.length())).normalize());
    }
}
