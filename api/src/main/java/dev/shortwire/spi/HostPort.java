package dev.shortwire.spi;

import static dev.shortwire.ConfigurationException.require;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

/// An address in the form `host:port`; an IPv6 host stands in brackets: `[::1]:8001`. What every listener and every
/// wire over a network reads and writes.
///
/// @param host a name or a literal address, without brackets
/// @param port 0 to 65,535; 0 for a free one where one listens
public record HostPort(String host, int port) {
    public HostPort {
        require(!host.isEmpty() && host.chars().allMatch(HostPort::isHostChar),
                "host \"" + host + "\" must be a name or an address; write host:port or [ipv6]:port");
        require(port >= 0 && port <= 65_535, "port=" + port + " must be 0 to 65535; write host:port");
    }

    /// Reads the form `host:port`.
    ///
    /// @throws dev.shortwire.ConfigurationException if `text` has another form
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String rule = "address \"" + text + "\" must have the form host:port or [ipv6]:port";
        require(colon > 0 && text.length() - colon >= 2 && text.length() - colon <= 6, rule);
        require(text.chars().skip(colon + 1).allMatch(c -> c >= '0' && c <= '9'), rule);
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        require(bracketed == bare.indexOf(':') >= 0 && (bracketed || bare.indexOf('%') < 0), rule);
        return new HostPort(bare, Integer.parseInt(text.substring(colon + 1)));
    }

    /// The same host at another port.
    public HostPort withPort(int other) {
        return new HostPort(host, other);
    }

    /// Whether it is the name of loopback, which stands for both its addresses where one listens.
    public boolean isLocalhost() {
        return host.equalsIgnoreCase("localhost");
    }

    /// The hosts to bind for this one: both loopback addresses, where both exist, for `localhost`.
    public List<String> bindHosts() {
        return isLocalhost() ? loopbackHosts() : List.of(host);
    }

    /// `127.0.0.1` and, where this machine has it, `::1`.
    public static List<String> loopbackHosts() {
        try {
            InetAddress six = Inet6Address.ofLiteral("::1");
            return NetworkInterface.getByInetAddress(six) == null ? List.of("127.0.0.1") : List.of("127.0.0.1", "::1");
        } catch (SocketException e) {
            return List.of("127.0.0.1");
        }
    }

    /// The address of this host; `localhost` is 127.0.0.1. Blocks while a name is looked up.
    public InetAddress resolve() throws UnknownHostException {
        return InetAddress.getByName(isLocalhost() ? "127.0.0.1" : host);
    }

    /// Whether [#resolve] has nothing to look up.
    public boolean isLiteral() {
        return isLocalhost() || host.indexOf(':') >= 0
                || host.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
    }

    private static boolean isHostChar(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._:%".indexOf(c) >= 0;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
