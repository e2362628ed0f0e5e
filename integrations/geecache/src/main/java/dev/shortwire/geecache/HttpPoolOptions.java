package dev.shortwire.geecache;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ring.GeecachePlacement;
import java.time.Duration;

/// How a pool behaves. Protocol, base path and replicas are the same at every peer.
///
/// @param protocol    what the peers say to each other
/// @param basePath    where peers are asked, below each peer's URL: begins and ends with a slash
/// @param replicas    points of each peer on the ring, 1 to 65,536
/// @param timeout     how long a peer may take to answer, up to a day. Raising it makes callers wait longer for a peer
///                    that hangs.
/// @param allowRemote whether [HttpPool#listen] may bind an address that is not loopback, where anyone who reaches it
///                    can read the cache: there is neither TLS nor authentication
public record HttpPoolOptions(PeerProtocol protocol, String basePath, int replicas, Duration timeout,
        boolean allowRemote) {
    /// geecache's: `/_geecache/`, 50 replicas, 1 s, loopback only.
    public static final HttpPoolOptions DEFAULT = of(PeerProtocol.GEECACHE);

    /// groupcache's: `/_groupcache/`, 50 replicas, 1 s, loopback only.
    public static final HttpPoolOptions GROUPCACHE = of(PeerProtocol.GROUPCACHE);

    public HttpPoolOptions {
        require(basePath.startsWith("/") && basePath.endsWith("/") && basePath.length() > 1
                && basePath.chars().allMatch(PeerUrl::isPathChar) && basePath.indexOf('%') < 0,
                "base-path=\"" + basePath + "\" must begin and end with a slash, such as " + protocol.basePath()
                        + "; set base-path");
        require(replicas >= 1 && replicas <= 65_536, "replicas=" + replicas + " must be 1 to 65536; set replicas");
        require(timeout.isPositive() && timeout.compareTo(Duration.ofDays(1)) <= 0,
                "timeout=" + timeout + " must be > 0 and at most 1 day; set timeout");
    }

    /// What a pool of that protocol has unless told otherwise.
    public static HttpPoolOptions of(PeerProtocol protocol) {
        return new HttpPoolOptions(protocol, protocol.basePath(), GeecachePlacement.DEFAULT_REPLICAS,
                Duration.ofSeconds(1), false);
    }

    public HttpPoolOptions withBasePath(String value) {
        return new HttpPoolOptions(protocol, value, replicas, timeout, allowRemote);
    }

    public HttpPoolOptions withReplicas(int value) {
        return new HttpPoolOptions(protocol, basePath, value, timeout, allowRemote);
    }

    public HttpPoolOptions withTimeout(Duration value) {
        return new HttpPoolOptions(protocol, basePath, replicas, value, allowRemote);
    }

    public HttpPoolOptions withAllowRemote(boolean value) {
        return new HttpPoolOptions(protocol, basePath, replicas, timeout, value);
    }
}
