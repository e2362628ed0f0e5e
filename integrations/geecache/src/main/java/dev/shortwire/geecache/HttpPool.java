package dev.shortwire.geecache;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.http.HttpClient;
import dev.shortwire.http.HttpClientOptions;
import dev.shortwire.http.HttpHandler;
import dev.shortwire.http.HttpLoops;
import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.ring.GeecachePlacement;
import dev.shortwire.ring.Ring;
import dev.shortwire.ring.RingMember;
import dev.shortwire.spi.HostPort;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// A pool of peers that ask each other over HTTP, in the protocol of geecache (`/_geecache/{group}/{key}`) or of groupcache
/// (`/_groupcache/{group}/{key}`). Places keys exactly as both do, so that its peers may be written in Go: give
/// [HttpPoolOptions#GROUPCACHE], and the list that the Go programs have, letter by letter and in their order.
///
/// ```
/// Group scores = new Group("scores", 2 << 10, database::find);
/// HttpPool pool = new HttpPool("http://localhost:8001");
/// pool.set("http://localhost:8001", "http://localhost:8002", "http://localhost:8003");
/// scores.registerPeers(pool);
/// pool.listen();
/// ```
///
/// Serves the groups that it was registered with, and no others. Safe for use by any thread.
public final class HttpPool implements PeerPicker, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpPool.class);

    private final String self;
    private final HttpPoolOptions options;
    private final GeecachePlacement placement;
    private final Map<String, Group> groups = new ConcurrentHashMap<>();
    private final HttpHandler handler;
    private final String path;
    private final HttpLoops loops = HttpLoops.start();
    private final Timers timers = new Timers();
    private final HttpClient client;
    private volatile Peers peers;
    private @Nullable HttpServer server;
    private boolean closed;

    /// A pool with [HttpPoolOptions#DEFAULT].
    public HttpPool(String self) {
        this(self, HttpPoolOptions.DEFAULT);
    }

    /// @param self base URL of this node, as the peers' lists have it, such as `http://localhost:8001`
    /// @throws dev.shortwire.ConfigurationException if it is none
    public HttpPool(String self, HttpPoolOptions options) {
        this.path = PeerUrl.parse(self).path() + options.basePath();
        this.handler = new PeerHandler(groups, options.protocol(), path);
        this.self = self;
        this.options = options;
        this.placement = new GeecachePlacement(options.replicas());
        this.client = new HttpClient(HttpClientOptions.DEFAULT.withMaxResponseBytes(options.protocol().maxBodyBytes()),
                timers,
                loops);
        this.peers = new Peers(placement.ring(List.of()), Map.of());
    }

    /// Who is in the pool, and who owns what. Immutable, replaced as a whole.
    private record Peers(Ring ring, Map<String, HttpPeer> byUrl) {
        /// Empty where there are no peers.
        String owner(long hash) {
            int owner = ring.ownerIndex(hash);
            return owner < 0 ? "" : ring.members().get(owner);
        }
    }

    /// Base URL of this node.
    public String self() {
        return self;
    }

    /// Replaces the list of peers. It should have this node too, unless it is to own no keys, and should be the same at
    /// every peer, in the same order.
    ///
    /// @param urls base URLs such as `http://localhost:8002`, without duplicates; none: there are no peers
    /// @throws dev.shortwire.ConfigurationException if one is no base URL or comes twice; the old list stays
    public void set(String... urls) {
        Map<String, HttpPeer> byUrl = new HashMap<>();
        for (String url : urls) {
            HttpPeer peer = new HttpPeer(url, client, options);
            require(byUrl.put(url, peer) == null, "peer \"" + url + "\" comes twice; list each peer once");
        }
        peers = new Peers(placement.ring(Stream.of(urls).map(RingMember::new).toList()), Map.copyOf(byUrl));
    }

    /// The way to the owner of `key`; empty where that is this node, or where there are no peers.
    @Override
    public Optional<PeerGetter> pickPeer(String key) {
        Peers now = peers;
        String url = now.owner(placement.hash("", key));
        if (url.isEmpty() || url.equals(self)) {
            return Optional.empty();
        }
        log.atLevel(options.protocol() == PeerProtocol.GEECACHE ? Level.INFO : Level.DEBUG)
                .log("[Server {}] Pick peer {}", self, url);
        return Optional.ofNullable(now.byUrl.get(url));
    }

    /// URL of the peer that owns `key`, which may be this node; empty where there are no peers.
    public Optional<String> owner(String key) {
        String url = peers.owner(placement.hash("", key));
        return url.isEmpty() ? Optional.empty() : Optional.of(url);
    }

    /// Lets peers ask for keys of `group`; [Group#registerPeers] calls this.
    @Override
    public void serve(Group group) {
        require(groups.putIfAbsent(group.name(), group) == null, "pool " + self + " serves another group \""
                + group.name() + "\"; name groups differently");
    }

    /// Answers peers, for mounting it in a server of the caller's at [#basePath()], in place of [#listen].
    public HttpHandler handler() {
        return handler;
    }

    /// Where peers look for us: `/_geecache/` or as the options say, below the path of this node's URL if it has one.
    public String basePath() {
        return path;
    }

    /// Answers peers at the host and port of this node's URL: on both loopback addresses for `localhost`.
    ///
    /// @throws dev.shortwire.ConfigurationException if the address is taken, is not this machine's, or is not loopback
    ///                                              and [HttpPoolOptions#allowRemote] does not allow that
    /// @throws IllegalStateException                if it listens or is closed
    public synchronized void listen() {
        if (server != null || closed) {
            throw new IllegalStateException("pool " + self + (closed ? " is closed" : " listens already"));
        }
        HostPort address = PeerUrl.parse(self).address();
        HttpServer starting = new HttpServer(HttpServerOptions.DEFAULT.withAllowRemote(options.allowRemote()), loops);
        starting.route(path, 0, handler);
        starting.bind(address.bindHosts(), address.port());
        server = starting;
        log.info("{} is running at {}", options.protocol().name().toLowerCase(Locale.ROOT), self);
    }

    /// Stops to answer peers and to ask them: groups load here from now on. Safe to repeat.
    @Override
    public synchronized void close() {
        closed = true;
        peers = new Peers(placement.ring(List.of()), Map.of());
        if (server != null) {
            server.close();
        }
        client.close();
        loops.close();
        timers.close();
    }
}
