package dev.shortwire.geecache;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.http.HostPort;

/// The address of a peer as people write it, such as `http://10.0.0.2:8008`. The text itself is the peer's name on the
/// ring, so it has to be written the same everywhere; there is one way to write it: without a slash at the end.
final class PeerUrl {
    private static final String SCHEME = "http://";
    private static final int DEFAULT_PORT = 80;

    private PeerUrl() {}

    /// Where to connect to for `url`.
    ///
    /// @throws ConfigurationException if it has another form than `http://host` and `http://host:port`
    static HostPort parse(String url) {
        String rule = "peer \"" + url + "\" must be a base URL such as http://localhost:8001, without a path";
        require(url.startsWith(SCHEME), rule);
        String address = url.substring(SCHEME.length());
        boolean hasPort = address.lastIndexOf(':') > address.lastIndexOf(']');
        HostPort parsed;
        try {
            parsed = HostPort.parse(hasPort ? address : address + ":" + DEFAULT_PORT);
        } catch (ConfigurationException e) {
            throw new ConfigurationException(rule + " (" + e.getMessage() + ")");
        }
        require(parsed.port() != 0, rule + "; port 0 can't be called");
        return parsed;
    }
}
