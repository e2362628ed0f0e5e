package dev.shortwire.geecache;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.HostPort;

/// The address of a peer as people write it, such as `http://10.0.0.2:8008`, or `http://10.0.0.2:8008/cache` where the
/// pool is mounted below a path. The text itself is the peer's name on the ring, so it has to be written the same
/// everywhere; there is one way to write it: without a slash at the end.
///
/// @param address where to connect to
/// @param path    what stands before the pool's base path: empty, or a slash and more
record PeerUrl(HostPort address, String path) {
    private static final String SCHEME = "http://";
    private static final int DEFAULT_PORT = 80;

    /// Reads `url`.
    ///
    /// @throws ConfigurationException if it has another form than `http://host`, `http://host:port` and either of them
    ///                                with a path
    static PeerUrl parse(String url) {
        String rule = "peer \"" + url
                + "\" must be a base URL such as http://localhost:8001, without a slash at its end";
        require(url.startsWith(SCHEME), rule);
        int slash = url.indexOf('/', SCHEME.length());
        String authority = url.substring(SCHEME.length(), slash < 0 ? url.length() : slash);
        String path = slash < 0 ? "" : url.substring(slash);
        require(path.chars().allMatch(PeerUrl::isPathChar) && !path.endsWith("/"), rule);
        boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        HostPort parsed;
        try {
            parsed = HostPort.parse(hasPort ? authority : authority + ":" + DEFAULT_PORT);
        } catch (ConfigurationException e) {
            throw new ConfigurationException(rule + " (" + e.getMessage() + ")");
        }
        require(parsed.port() != 0, rule + "; port 0 can't be called");
        return new PeerUrl(parsed, path);
    }

    /// Characters that need no escape in a path (RFC 3986, section 3.3), and the escapes themselves.
    static boolean isPathChar(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || "/-._~!$&'()*+,;=:@%".indexOf(c) >= 0;
    }
}
