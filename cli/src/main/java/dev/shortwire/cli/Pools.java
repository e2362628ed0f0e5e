package dev.shortwire.cli;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.LoadContext;
import dev.shortwire.Loader;
import dev.shortwire.geecache.Getter;
import dev.shortwire.geecache.Group;
import dev.shortwire.geecache.HttpPool;
import dev.shortwire.geecache.PeerGetter;
import dev.shortwire.geecache.PeerPicker;
import dev.shortwire.http.HttpServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The pools that a node is a member of: one for each URL that it has in them. Confined to the thread that starts the
/// node, but for closing.
final class Pools implements AutoCloseable {
    private final String node;
    private final HttpServer server;
    private final NodeConfig config;
    private final EventLines events;
    private final Map<String, Entry> bySelf = new LinkedHashMap<>();
    private final List<HttpServer.Route> mounted = new ArrayList<>();

    /// @param node        name of the node
    /// @param server      the node's own, which is bound
    /// @param config      says whether pools may listen at addresses that are not loopback
    Pools(String node, HttpServer server, NodeConfig config, EventLines events) {
        this.node = node;
        this.server = server;
        this.config = config;
        this.events = events;
    }

    private record Entry(HttpPool pool, PoolConfig config) {}

    /// Makes a group of the pool that `peers` names, which is joined if it was not before.
    ///
    /// @throws dev.shortwire.ConfigurationException if the options can't be used
    PoolGroup open(String name, GroupConfig group, PoolConfig peers, Origin origin) {
        HttpPool pool = join(peers);
        String inPool = peers.group() == null ? name : peers.group();
        Duration loadTimeout = group.options().loadTimeout();
        Group opened = new Group(inPool, group.options().capacityBytes(),
                getter(inPool, events.reporting(origin), loadTimeout), loadTimeout);
        opened.registerPeers(new ReportingPicker(inPool, pool, events));
        return new PoolGroup(node, name, group, opened, pool);
    }

    private HttpPool join(PoolConfig peers) {
        Entry present = bySelf.get(peers.self());
        if (present != null) {
            require(present.config.isSamePool(peers), "peers.self=" + peers.self() + " stands in two groups whose peers"
                    + " differ otherwise; give both groups the same peers, or the node two URLs");
            return present.pool;
        }
        HttpPool pool = new HttpPool(peers.self(), peers.options(config.allowRemote()));
        bySelf.put(peers.self(), new Entry(pool, peers));
        pool.set(peers.peers().toArray(String[]::new));
        return pool;
    }

    private static Getter getter(String group, Loader<Bytes> loader, Duration timeout) {
        return key -> {
            Bytes value = loader.load(key, new Context(group, System.nanoTime() + timeout.toNanos()));
            return value == null ? null : value.toByteArray();
        };
    }

    /// Starts to answer peers.
    ///
    /// @throws dev.shortwire.ConfigurationException if it can't listen at one of the URLs
    void listen() {
        for (Entry entry : bySelf.values()) {
            int port = URI.create(entry.pool.self()).getPort();
            if ((port < 0 ? 80 : port) == server.port()) {
                require(config.tls() == null,
                        "peers.self=" + entry.pool.self() + " has the port of listen, where TLS is"
                                + " spoken, and pools speak none; set peers.self to another port");
                mounted.add(server.route(entry.pool.basePath(), 0, entry.pool.handler()));
            } else {
                entry.pool.listen();
            }
        }
    }

    @Override
    public void close() {
        mounted.forEach(HttpServer.Route::close);
        bySelf.values().forEach(entry -> entry.pool.close());
    }

    /// Says which peer is asked.
    private record ReportingPicker(String group, HttpPool pool, EventLines events) implements PeerPicker {
        @Override
        public Optional<PeerGetter> pickPeer(String key) {
            Optional<PeerGetter> peer = pool.pickPeer(key);
            peer.ifPresent(picked -> events.picked(group, key, picked.toString()));
            return peer;
        }

        @Override
        public void serve(Group served) {
            pool.serve(served);
        }
    }

    /// A load of a pool's group: it has a deadline and no ancestry.
    private record Context(String group, long deadlineNanos) implements LoadContext {
        @Override
        public Duration remaining() {
            return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
        }

        @Override
        public Bytes get(String otherGroup, String key) {
            throw FailureKind.BAD_REQUEST
                    .exception("a load of group \"" + group + "\", which belongs to a pool, can't read "
                            + otherGroup + "; load from the origin");
        }
    }
}
