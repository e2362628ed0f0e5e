package dev.shortwire.http;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.Limits;
import dev.shortwire.spi.HostPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server for HTTP/1.1 and, with prior knowledge, HTTP/2: addresses on one port, and routes. Safe for use by any thread.
///
/// ```
/// HttpServer server = new HttpServer(HttpServerOptions.DEFAULT);
/// server.route("/livez", (request, exchange) -> exchange.answer(HttpResponse.text(200, "ok")));
/// int port = server.bind(HostPort.loopbackHosts(), 0);
/// ```
public final class HttpServer implements AutoCloseable {
    private static final String[] ALPN = {"h2", "http/1.1"};
    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
    private static final int BACKLOG = 1024;
    private static final int MAX_LOGGED_FAULTS = 100;

    private final HttpServerOptions options;
    private final HttpLoops loops;
    private final boolean ownsLoops;
    private final Routes routes = new Routes();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connectionCount = new AtomicInteger();
    private final AtomicInteger keptConnections = new AtomicInteger();
    private final AtomicLong bufferedBytes = new AtomicLong();
    private final AtomicLong undecodedBytes = new AtomicLong();
    private final Set<String> loggedFaults = ConcurrentHashMap.newKeySet();
    private final Object closing = new Object();
    private volatile List<Channel> listening = List.of();
    private volatile List<InetSocketAddress> addresses = List.of();
    private volatile Set<String> hostNames = Set.of();
    private volatile @Nullable Supplier<SSLEngine> tls;
    private volatile boolean closed;

    /// A server on threads of its own.
    public HttpServer(HttpServerOptions options) {
        this(options, HttpLoops.start(), true);
    }

    /// A server on threads that others use too, and that closing it leaves alone.
    public HttpServer(HttpServerOptions options, HttpLoops loops) {
        this(options, loops, false);
    }

    private HttpServer(HttpServerOptions options, HttpLoops loops, boolean ownsLoops) {
        this.options = options;
        this.loops = loops;
        this.ownsLoops = ownsLoops;
    }

    /// Encrypts the connections that are made from now on; to be called before [#bind].
    ///
    /// @param engines gives a new engine for the server's end of each connection, which agrees by ALPN (RFC 7301) on one
    ///                of the protocols that it is given, best first, with clients that ask
    public void encrypt(Function<String[], SSLEngine> engines) {
        tls = () -> engines.apply(ALPN.clone());
    }

    /// A handler that is mounted.
    public interface Route extends AutoCloseable {
        /// Takes the handler away; requests that it has got are still answered.
        @Override
        void close();
    }

    /// Mounts a handler whose requests have bodies of at most 16 MiB, the longest value; see the other `route`.
    public Route route(String prefix, HttpHandler handler) {
        return route(prefix, Limits.MAX_VALUE_BYTES, handler);
    }

    /// Mounts a handler at a prefix of the raw path, before or after binding. The longest prefix that ends with a segment
    /// wins; `/` has all that is left.
    ///
    /// @param maxBodyBytes longest body of a request, 0 or more; a longer one is answered by 413
    /// @throws IllegalStateException if the prefix has a handler
    public Route route(String prefix, int maxBodyBytes, HttpHandler handler) {
        if (!prefix.startsWith("/") || maxBodyBytes < 0) {
            throw new IllegalArgumentException(
                    "route \"" + prefix + "\" must begin with / and allow bodies of 0 bytes or more");
        }
        Routes.Entry entry = new Routes.Entry(prefix, maxBodyBytes, handler);
        routes.add(entry);
        return () -> routes.remove(entry);
    }

    /// Listens on one port of all these hosts, or throws and listens on none. Called once. Blocks for a moment.
    ///
    /// @param hosts literal addresses, or names that are looked up
    /// @param port  0 for one that is free on all of them
    /// @return the port
    /// @throws dev.shortwire.ConfigurationException if a host is not loopback and that is not allowed, or if an address
    ///                                              is taken or not this machine's
    public synchronized int bind(List<String> hosts, int port) {
        require(!closed && listening.isEmpty(), "this HTTP server was bound or closed before; create another one");
        List<InetSocketAddress> wanted = Binding.resolve(hosts, port, options.allowRemote());
        hostNames = allowedHostNames(hosts, wanted);
        listening = Binding.bindAll(wanted, this::listen);
        addresses = listening.stream().map(channel -> (InetSocketAddress) channel.localAddress()).toList();
        return port();
    }

    /// The port that is listened on.
    ///
    /// @throws IllegalStateException before [#bind]
    public int port() {
        if (addresses.isEmpty()) {
            throw new IllegalStateException("this HTTP server is not bound");
        }
        return addresses.getFirst().getPort();
    }

    /// The addresses that are listened on, in the order of [#bind]; empty before.
    public List<InetSocketAddress> addresses() {
        return addresses;
    }

    /// The threads of this server, for clients of the same node.
    public HttpLoops loops() {
        return loops;
    }

    /// Connections that are open now.
    public int connections() {
        return connectionCount.get();
    }

    private io.netty.channel.ChannelFuture listen(InetSocketAddress address) {
        return new ServerBootstrap().group(loops.group()).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG).childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true).childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel);
                    }
                }).bind(address);
    }

    private void accept(SocketChannel channel) {
        if (connectionCount.incrementAndGet() > options.maxConnections() || closed) {
            connectionCount.decrementAndGet();
            var _ = channel.close();
            return;
        }
        RequestDecoder decoder = new RequestDecoder(options);
        ServerConnection connection = new ServerConnection(this, channel, decoder);
        connections.add(connection);
        connection.install(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (connection.isEnded()) {
                    ReferenceCountUtil.release(message);
                    return;
                }
                if (message instanceof ByteBuf bytes) {
                    if (connection.takesRepeated(bytes)) {
                        bytes.release();
                        return;
                    }
                    connection.bytesArrived(bytes);
                }
                ctx.fireChannelRead(message);
                connection.bytesDecoded();
            }
        });
        Supplier<SSLEngine> engines = tls;
        if (engines != null) {
            TlsPipe.install(channel, engines.get(), options.requestTimeout());
        }
        if (closed) {
            var _ = channel.close();
        }
    }

    private Set<String> allowedHostNames(List<String> hosts, List<InetSocketAddress> wanted) {
        boolean remote = wanted.stream().anyMatch(address -> !address.getAddress().isLoopbackAddress());
        if (remote && options.hostNames().isEmpty()) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>(Set.of("localhost", "127.0.0.1", "::1"));
        options.hostNames().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        hosts.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        return Set.copyOf(names);
    }

    // ---- for the connections

    HttpServerOptions options() {
        return options;
    }

    boolean isClosed() {
        return closed;
    }

    Routes routes() {
        return routes;
    }

    Set<String> hostNames() {
        return hostNames;
    }

    /// Takes memory for bodies.
    ///
    /// @return false if there is not so much left; the bytes are counted nevertheless until they are released
    boolean reserve(long bytes) {
        return bytes == 0 || bufferedBytes.addAndGet(bytes) <= options.maxBufferedBytes();
    }

    void release(long bytes) {
        if (bytes > 0) {
            bufferedBytes.addAndGet(-bytes);
        }
    }

    /// Takes memory for heads of requests that have not arrived as a whole, or gives it back.
    ///
    /// @return false if more was asked for than there is; the bytes are counted nevertheless until they are given back
    boolean reserveUndecoded(long bytes) {
        return bytes == 0 || undecodedBytes.addAndGet(bytes) <= options.maxBufferedBytes() / 8 || bytes < 0;
    }

    /// Takes one of the places of connections that stay open while they are idle. They are half of all: whoever asks for
    /// them leaves the other half to those who don't.
    ///
    /// @return false if there is none left
    boolean takeKeptPlace() {
        if (keptConnections.incrementAndGet() <= Math.max(1, options.maxConnections() / 2)) {
            return true;
        }
        keptConnections.decrementAndGet();
        return false;
    }

    /// A connection speaks another protocol than was thought.
    void connectionChanged(Connection before, Connection now) {
        connections.add(now);
        connections.remove(before);
    }

    /// @param kept whether it has a place of those that stay open
    void connectionClosed(Connection connection, boolean kept) {
        if (connections.remove(connection)) {
            connectionCount.decrementAndGet();
            if (kept) {
                keptConnections.decrementAndGet();
            }
            synchronized (closing) {
                closing.notifyAll();
            }
        }
    }

    void handlerFailed(String prefix, HttpRequest request, Throwable fault) {
        boolean first = loggedFaults.size() < MAX_LOGGED_FAULTS && loggedFaults.add(prefix + " " + fault.getClass());
        if (first) {
            log.warn("The handler of {} failed for {}; the next such faults are logged at debug level", prefix, request,
                    fault);
        } else {
            log.debug("The handler of {} failed for {}", prefix, request, fault);
        }
    }

    /// Somebody could not be understood, or believed, when a connection was made.
    void tlsFailed(InetSocketAddress remote, String message) {
        if (loggedFaults.size() < MAX_LOGGED_FAULTS && loggedFaults.add("tls " + message)) {
            log.warn("A TLS connection of {} failed: {}; the next such faults are logged at debug level", remote,
                    message);
        } else {
            log.debug("A TLS connection of {} failed: {}", remote, message);
        }
    }

    // ---- closing

    /// Stops to listen, answers what it has, for at most the drain timeout, and closes all connections. Safe to repeat.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            Binding.closeAll(listening, !loops.isCurrentThread());
        }
        connections.forEach(Connection::drain);
        if (!loops.isCurrentThread()) {
            awaitNoConnections(options.drainTimeout().toNanos());
        }
        connections.forEach(Connection::closeNow);
        if (!loops.isCurrentThread()) {
            awaitNoConnections(TimeUnit.SECONDS.toNanos(1));
        }
        if (ownsLoops) {
            loops.close();
        }
    }

    private void awaitNoConnections(long timeoutNanos) {
        long deadline = System.nanoTime() + timeoutNanos;
        synchronized (closing) {
            long left = timeoutNanos;
            while (!connections.isEmpty() && left > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(closing, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                left = deadline - System.nanoTime();
            }
        }
    }

    @Override
    public String toString() {
        return "HttpServer" + new ArrayList<>(addresses);
    }
}
