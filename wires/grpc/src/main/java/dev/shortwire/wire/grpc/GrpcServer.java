package dev.shortwire.wire.grpc;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.HostPort;
import dev.shortwire.wire.SocketFile;
import dev.shortwire.wire.Tls;
import io.grpc.Attributes;
import io.grpc.DecompressorRegistry;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.util.MutableHandlerRegistry;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gRPC server: addresses, and services that come and go. The one place where gRPC is bound and limited. Services are
/// called on the thread that read the request and must not block. Safe for use by any thread.
///
/// ```
/// GrpcServer server = new GrpcServer(GrpcServerOptions.DEFAULT);
/// server.mount(service.bindService());
/// String address = server.bind("127.0.0.1:0");
/// ```
public final class GrpcServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GrpcServer.class);
    /// How often another port is tried when one that was free on the first address is taken on the next.
    private static final int ATTEMPTS = 20;
    private static final long KEEP_ALIVE_SECONDS = 30;
    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 10;
    private static final int MAX_RESETS = 400;
    private static final int RESETS_WINDOW_SECONDS = 2;
    private static final int FLOW_CONTROL_WINDOW = 1 << 20;
    /// Of a connection whose peer is a process of this user or of root, which the kernel told.
    static final Attributes.Key<Boolean> OWN_USER = Attributes.Key.create("shortwire-own-user");
    /// Where gRPC tells of every connection that does not speak HTTP/2 and of every message over the limit, with a stack
    /// trace each, so that whoever sends garbage fills the log. Held, since loggers are collected with their levels.
    private static final List<java.util.logging.Logger> TALKATIVE = List.of(
            java.util.logging.Logger.getLogger("io.grpc.netty.NettyServerTransport.connections"),
            java.util.logging.Logger.getLogger("io.grpc.netty.NettyServerStream"));

    static {
        for (java.util.logging.Logger logger : TALKATIVE) {
            if (logger.getLevel() == null) {
                logger.setLevel(java.util.logging.Level.SEVERE);
            }
        }
    }

    private final GrpcServerOptions options;
    private final GrpcLoops loops;
    private final boolean ownsLoops;
    private final MutableHandlerRegistry services = new MutableHandlerRegistry();
    private final ConnectionGate gate;
    private final ArrivingBytes arriving;
    private final List<Server> servers = new ArrayList<>();
    private final List<SocketFile> files = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private @Nullable GrpcTls tls;
    private boolean closed;

    /// A server on threads of its own.
    public GrpcServer(GrpcServerOptions options) {
        this(options, new GrpcLoops(), true);
    }

    GrpcServer(GrpcServerOptions options, GrpcLoops loops, boolean ownsLoops) {
        this.options = options;
        this.loops = loops;
        this.ownsLoops = ownsLoops;
        this.gate = new ConnectionGate(options.maxConnections());
        this.arriving = new ArrivingBytes(options.maxBufferedBytes());
    }

    /// Encrypts the TCP connections of addresses that are bound from now on, and asks clients for certificates as the
    /// settings of `tls` say. Unix sockets stay as they are: the kernel tells who is there.
    ///
    /// Whoever has shown a certificate that `tls` believes may call every service; the wire takes frames only from peers
    /// whose certificate names their sender.
    public synchronized void encrypt(Tls tls) {
        this.tls = GrpcTls.server(tls);
    }

    /// A service that is mounted.
    public interface Mounted extends AutoCloseable {
        /// Takes the service away; calls that it has got go on.
        @Override
        void close();
    }

    /// Mounts a service, before or after binding.
    ///
    /// @throws IllegalStateException if a service of that name is mounted
    public Mounted mount(ServerServiceDefinition service) {
        synchronized (services) {
            String name = service.getServiceDescriptor().getName();
            if (services.getServices().stream().anyMatch(s -> s.getServiceDescriptor().getName().equals(name))) {
                throw new IllegalStateException("gRPC service " + name + " is mounted already");
            }
            services.addService(service);
        }
        return () -> services.removeService(service);
    }

    /// Listens at one more address, or throws and does not. Blocks for a moment.
    ///
    /// @param address `host:port`, `[ipv6]:port` or `unix:/path`; `localhost` is 127.0.0.1 and, where it exists, ::1;
    ///                port 0 takes a free one
    /// @return the address with the port that was taken
    /// @throws ConfigurationException if the address is malformed, taken, not this machine's, or not loopback and that
    ///                                is not allowed
    public synchronized String bind(String address) {
        require(!closed, "this gRPC server was closed; create another one");
        String bound = switch (Address.parse(address)) {
            case Address.Unix unix -> bindUnix(unix);
            case Address.Tcp tcp when tcp.at().bindHosts().size() > 1 -> bindBoth(tcp.at());
            case Address.Tcp tcp -> tcp.at().withPort(portOf(startTcp(tcp))).toString();
        };
        addresses.add(bound);
        return bound;
    }

    private String bindUnix(Address.Unix unix) {
        String unavailable = GrpcLoops.unixUnavailable();
        require(unavailable == null, unavailable + "; set host:port instead of " + unix);
        try {
            SocketFile file = SocketFile.take(unix.path());
            try {
                start(unix, unix.socketAddress());
                file.restrict();
                files.add(file);
                return unix.toString();
            } catch (IOException | RuntimeException failure) {
                file.close();
                throw failure;
            }
        } catch (IOException | ConfigurationException failure) {
            throw SocketFile.refusal("can't listen on " + unix + " for gRPC", failure);
        }
    }

    private String bindBoth(HostPort localhost) {
        for (int attempt = 1;; attempt++) {
            Server four = startTcp(new Address.Tcp(new HostPort("127.0.0.1", localhost.port())));
            try {
                startTcp(new Address.Tcp(new HostPort("::1", portOf(four))));
                return localhost.withPort(portOf(four)).toString();
            } catch (ConfigurationException taken) {
                servers.remove(four);
                four.shutdownNow();
                if (localhost.port() != 0 || attempt >= ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private Server startTcp(Address.Tcp tcp) {
        InetSocketAddress resolved;
        try {
            resolved = tcp.resolve();
        } catch (UnknownHostException e) {
            throw new ConfigurationException(
                    "gRPC host \"" + tcp.at().host() + "\" must be an address of this machine; "
                            + "set 127.0.0.1 or another address that it has");
        }
        require(options.allowRemote() || resolved.getAddress().isLoopbackAddress(), "gRPC address " + tcp
                + " is not loopback, and without TLS and authentication anyone could read and write the cache;"
                + " listen on 127.0.0.1, set tls, or pass --allow-plaintext --allow-anonymous");
        return start(tcp, resolved);
    }

    private static int portOf(Server server) {
        return server.getPort();
    }

    private Server start(Address address, SocketAddress resolved) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(resolved).bossEventLoopGroup(loops.group())
                .workerEventLoopGroup(loops.group()).channelFactory(() -> guarded(address)).directExecutor()
                .fallbackHandlerRegistry(services).addStreamTracerFactory(arriving).intercept(arriving)
                .decompressorRegistry(DecompressorRegistry.emptyInstance())
                .flowControlWindow(FLOW_CONTROL_WINDOW).maxInboundMessageSize(options.maxMessageBytes())
                .maxInboundMetadataSize(options.maxMetadataBytes())
                .maxConcurrentCallsPerConnection(options.maxCallsPerConnection())
                .maxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS)
                .permitKeepAliveTime(options.minKeepAliveTime().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(false).keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .handshakeTimeout(options.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionIdle(options.maxConnectionIdle().toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionAge(options.maxConnectionAge().toMillis(), TimeUnit.MILLISECONDS);
        switch (address) {
            case Address.Unix _ -> builder.addTransportFilter(new OwnUser());
            case Address.Tcp _ when tls != null -> builder.sslContext(tls);
            case Address.Tcp _ -> {
            }
        }
        Server server = builder.build();
        try {
            server.start();
        } catch (IOException e) {
            server.shutdownNow();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ConfigurationException("can't listen on " + address + " for gRPC: " + cause.getMessage()
                    + "; stop what listens there, or set another address (port 0 for a free one)");
        }
        servers.add(server);
        return server;
    }

    /// Marks the connections of a Unix socket.
    private static final class OwnUser extends ServerTransportFilter {
        @Override
        public Attributes transportReady(Attributes connection) {
            return connection.toBuilder().set(OWN_USER, true).build();
        }
    }

    private ServerChannel guarded(Address address) {
        ServerChannel channel = loops.newServerChannel(address);
        channel.pipeline().addLast(gate);
        return channel;
    }

    /// The addresses that are listened on, in the order of [#bind].
    public synchronized List<String> addresses() {
        return List.copyOf(addresses);
    }

    /// Connections that are open now.
    public int connections() {
        return gate.connections();
    }

    GrpcLoops loops() {
        return loops;
    }

    /// Stops to listen, lets the calls end for at most the drain timeout, and closes all connections. Safe to repeat.
    @Override
    public synchronized void close() {
        closed = true;
        servers.forEach(Server::shutdown);
        if (loops.current() == null) {
            await(options.drainTimeout().toNanos());
        }
        servers.forEach(Server::shutdownNow);
        if (loops.current() == null) {
            await(TimeUnit.SECONDS.toNanos(1));
        }
        files.forEach(SocketFile::close);
        if (ownsLoops) {
            loops.close();
        }
    }

    private void await(long timeoutNanos) {
        long deadline = System.nanoTime() + timeoutNanos;
        try {
            for (Server server : servers) {
                if (!server.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    log.debug("A gRPC server still has calls");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "GrpcServer" + addresses();
    }
}
