package dev.shortwire.wire.grpc;

import static dev.shortwire.ConfigurationException.require;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/// Where a server listens: `host:port` or `[ipv6]:port`, or `unix:/path` for a Unix socket.
sealed interface Address {
    String UNIX = "unix:";

    /// @param host a name or a literal address, without brackets
    /// @param port 0 to 65,535
    record Tcp(String host, int port) implements Address {
        boolean isLocalhost() {
            return host.equalsIgnoreCase("localhost");
        }

        /// Whether there is nothing to look up.
        boolean isLiteral() {
            return isLocalhost() || host.indexOf(':') >= 0
                    || host.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
        }

        /// `localhost` is 127.0.0.1. Blocks while a name is looked up.
        InetSocketAddress resolve() throws UnknownHostException {
            return new InetSocketAddress(InetAddress.getByName(isLocalhost() ? "127.0.0.1" : host), port);
        }

        Tcp withPort(int other) {
            return new Tcp(host, other);
        }

        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
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
        String rule = "gRPC address \"" + text
                + "\" must have the form host:port, [ipv6]:port or unix:/path; set it so";
        if (text.startsWith(UNIX)) {
            require(text.startsWith(UNIX + "/") && text.indexOf('\0') < 0, rule);
            return new Unix(Path.of(text.substring(UNIX.length())).normalize());
        }
        int colon = text.lastIndexOf(':');
        require(colon > 0 && text.length() - colon >= 2 && text.length() - colon <= 6
                && text.chars().skip(colon + 1).allMatch(c -> c >= '0' && c <= '9'), rule);
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        int port = Integer.parseInt(text.substring(colon + 1));
        require(bracketed == bare.indexOf(':') >= 0 && bare.chars().allMatch(Address::isHostChar) && !bare.isEmpty()
                && port <= 65_535, rule);
        return new Tcp(bare, port);
    }

    private static boolean isHostChar(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._:%".indexOf(c) >= 0;
    }
}
