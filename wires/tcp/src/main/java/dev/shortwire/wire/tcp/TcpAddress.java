package dev.shortwire.wire.tcp;

import static dev.shortwire.ConfigurationException.require;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// An address in the form `host:port`; an IPv6 host stands in brackets: `[::1]:8001`.
///
/// @param host a name or a literal address, without brackets
/// @param port 0 to 65,535; 0 for a free one where one listens
record TcpAddress(String host, int port) {
    /// Reads that form.
    ///
    /// @throws dev.shortwire.ConfigurationException if `text` has another one
    static TcpAddress parse(String text) {
        String rule = "address \"" + text + "\" must have the form host:port or [ipv6]:port, with a port of 0 to 65535";
        int colon = text.lastIndexOf(':');
        String digits = text.substring(colon + 1);
        require(colon > 0 && digits.matches("[0-9]{1,5}") && Integer.parseInt(digits) <= 65_535, rule);
        String host = text.substring(0, colon);
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        String bare = isBracketed ? host.substring(1, host.length() - 1) : host;
        require(bare.matches(isBracketed ? "[0-9A-Za-z:.%_-]+" : "[0-9A-Za-z._-]+"), rule);
        return new TcpAddress(bare, Integer.parseInt(digits));
    }

    /// Where one connects to; `localhost` is 127.0.0.1. Blocks while a name is looked up.
    InetSocketAddress target() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(isLocalhost() ? "127.0.0.1" : host), port);
    }

    /// What one listens at: both loopback addresses, where both exist, for `localhost`. Blocks while a name is looked up.
    List<InetAddress> interfaces() throws UnknownHostException {
        if (!isLocalhost()) {
            return List.of(InetAddress.getByName(host));
        }
        List<InetAddress> found = new ArrayList<>(List.of(InetAddress.ofLiteral("127.0.0.1")));
        InetAddress six = InetAddress.ofLiteral("::1");
        if (isOfThisMachine(six)) {
            found.add(six);
        }
        return found;
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false; // a machine that does not tell its interfaces has the first one at least
        }
    }

    private boolean isLocalhost() {
        return host.equalsIgnoreCase("localhost");
    }

    TcpAddress withPort(int other) {
        return new TcpAddress(host, other);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
