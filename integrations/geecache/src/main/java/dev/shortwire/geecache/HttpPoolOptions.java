package dev.shortwire.geecache;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ring.GeecachePlacement;
import java.time.Duration;

/// How a pool behaves.
///
/// @param replicas    points of each peer on the ring, 1 to 65,536; the same at every peer
/// @param timeout     how long a peer may take to answer, up to a day. Raising it makes callers wait longer for a peer
///                    that hangs.
/// @param allowRemote whether [HttpPool#listen] may bind an address that is not loopback, where anyone who reaches it
///                    can read the cache: there is neither TLS nor authentication
public record HttpPoolOptions(int replicas, Duration timeout, boolean allowRemote) {
    /// 50 replicas, as geecache and groupcache have, 1 s, loopback only.
    public static final HttpPoolOptions DEFAULT = new HttpPoolOptions(GeecachePlacement.DEFAULT_REPLICAS,
            Duration.ofSeconds(1), false);

    public HttpPoolOptions {
        require(replicas >= 1 && replicas <= 65_536, "replicas=" + replicas + " must be 1 to 65536; set replicas");
        require(timeout.isPositive() && timeout.compareTo(Duration.ofDays(1)) <= 0,
                "timeout=" + timeout + " must be > 0 and at most 1 day; set timeout");
    }

    public HttpPoolOptions withReplicas(int value) {
        return new HttpPoolOptions(value, timeout, allowRemote);
    }

    public HttpPoolOptions withTimeout(Duration value) {
        return new HttpPoolOptions(replicas, value, allowRemote);
    }

    public HttpPoolOptions withAllowRemote(boolean value) {
        return new HttpPoolOptions(replicas, timeout, value);
    }
}
