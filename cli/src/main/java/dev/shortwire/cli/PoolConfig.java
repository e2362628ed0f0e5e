package dev.shortwire.cli;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.geecache.HttpPoolOptions;
import dev.shortwire.geecache.PeerProtocol;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pool of programs that are built on groupcache or geecache, of which the node is a member for one group.
record PoolConfig(
        @Setting(value = "What the members say to each other: `groupcache` or `geecache`.", unset = "`groupcache`") @Nullable PeerProtocol protocol,
        @Setting(value = "Base URL of this node, letter by letter as the members' lists have it. Peers are answered at its"
                + " port: the one of `listen`, or another, which is then listened on as well.", unset = "must be set") String self,
        @Setting(value = "Base URLs of all members, this one too, letter by letter and in the order of the other members'"
                + " lists: keys are placed by them.", unset = "must be set") List<String> peers,
        @Setting(value = "Name of the group in the pool, where it differs.", unset = "the name of the group") @Nullable String group,
        @Setting(value = "Path below each URL at which peers ask; begins and ends with a slash.", unset = "`/_groupcache/` or `/_geecache/`") @Nullable String basePath,
        @Setting(value = "Points of each member on the ring, 1 to 65,536; the same at every member.", unset = "`50`") @Nullable Integer replicas,
        @Setting(value = "How long a peer may take to answer before the value is loaded here. Raising it makes callers wait"
                + " longer for a peer that hangs.", unset = "`1s`") @Nullable Duration timeout) {
    PoolConfig {
        require(self != null, "peers.self is missing; set peers.self to this node's URL in the pool");
        require(peers != null && !peers.isEmpty(),
                "peers.peers is missing; set peers.peers to the URLs of all members");
        peers = List.copyOf(peers);
    }

    PeerProtocol protocolOrDefault() {
        return protocol == null ? PeerProtocol.GROUPCACHE : protocol;
    }

    /// These options as a pool takes them.
    ///
    /// @throws dev.shortwire.ConfigurationException if one has a value that it can't have
    HttpPoolOptions options(boolean allowRemote) {
        HttpPoolOptions d = HttpPoolOptions.of(protocolOrDefault());
        return new HttpPoolOptions(d.protocol(), basePath == null ? d.basePath() : basePath,
                replicas == null ? d.replicas() : replicas, timeout == null ? d.timeout() : timeout, allowRemote);
    }

    /// Whether both mean the same pool, if perhaps for two groups.
    boolean isSamePool(PoolConfig other) {
        return peers.equals(other.peers) && options(false).equals(other.options(false));
    }
}
