package dev.shortwire.cli;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.Bytes;
import dev.shortwire.Loader;
import dev.shortwire.Node;
import dev.shortwire.grpc.GrpcApi;
import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.node.NodeBuilder;
import dev.shortwire.node.Shortwire;
import dev.shortwire.registry.MemoryHub;
import dev.shortwire.registry.zookeeper.embedded.EmbeddedZooKeeper;
import dev.shortwire.registry.zookeeper.embedded.Serving;
import dev.shortwire.server.ApiServer;
import dev.shortwire.server.ApiSettings;
import dev.shortwire.spi.Clock;
import dev.shortwire.spi.HostPort;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.grpc.GrpcServer;
import dev.shortwire.wire.grpc.GrpcServerOptions;
import dev.shortwire.wire.grpc.GrpcWire;
import dev.shortwire.wire.http.HttpWire;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A node with all that its configuration asks for: its part of the registry, its server, its origins. The one place of
/// this module that puts a node together.
final class Assembly implements AutoCloseable {
    private static final Duration OWN_SERVER = Duration.ofSeconds(3);
    private static final Duration OTHER_SERVERS = Duration.ofMillis(300);

    private final Closer closer;
    private final Node node;
    private final HttpServer server;

    private Assembly(Closer closer, Node node, HttpServer server) {
        this.closer = closer;
        this.node = node;
        this.server = server;
    }

    /// What a node is given by the process that it runs in.
    ///
    /// @param server the server to use and not to close, which is bound; null for one of the node's own
    /// @param hub    the registry of nodes in one process; null for the one that the configuration names
    /// @param events told what the node does
    /// @param api    what the API is told; expected members, registry and name of the cluster come from the configuration
    record Surroundings(@Nullable HttpServer server, @Nullable MemoryHub hub, EventLines events, ApiSettings api) {}

    /// Starts a node and blocks until it is in the cluster.
    ///
    /// @param owner closes the node, and what there is of it while it starts
    /// @throws dev.shortwire.ShortwireException if that fails; nothing stays open
    static Assembly start(NodeConfig config, Surroundings surroundings, Closer owner) {
        Closer closer = owner.add(new Closer());
        try {
            return assemble(config, surroundings, closer);
        } catch (RuntimeException failure) {
            try {
                closer.close();
            } catch (CliException alsoFailed) {
                failure.addSuppressed(alsoFailed);
            }
            throw failure;
        }
    }

    private static Assembly assemble(NodeConfig config, Surroundings surroundings, Closer closer) {
        TlsConfig tlsConfig = config.tls();
        Tls tls = tlsConfig == null ? null : Tls.open(tlsConfig.settings(), Clock.SYSTEM);
        // before all else: while the registry's servers find each other, there is time for the rest
        RegistryServerConfig registryServer = config.registryServer();
        if (registryServer != null) {
            closer.add(registryServer(registryServer));
        }
        HttpServer given = surroundings.server();
        HttpServer server = given != null ? given : closer.add(bind(config, tls));
        GrpcServer grpc = grpc(config, tls, closer);
        InetSocketAddress address = server.addresses().getFirst();
        String name = config.name() == null ? "node-" + server.port() : config.name();
        NodeBuilder builder = Shortwire.node(name)
                .cluster(config.cluster() == null ? NodeConfig.DEFAULT_CLUSTER : config.cluster())
                .detail("api", new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString())
                .events(surroundings.events());
        if (config.weight() != null) {
            builder.weight(config.weight());
        }
        if (config.sessionTimeout() != null) {
            builder.sessionTimeout(config.sessionTimeout());
        }
        if (config.joinTimeout() != null) {
            builder.joinTimeout(config.joinTimeout());
        }
        if (tls != null) {
            builder.tls(tls);
        }
        if (config.allowRemote()) {
            builder.allowPlaintextAndAnonymous();
        }
        if (!config.storeOrDefault()) {
            builder.observer();
        }
        if (surroundings.hub() != null) {
            builder.registry(surroundings.hub()).wire("in-process");
        } else {
            builder.wires(config.wiresOrDefault()).wire(HttpWire.NAME, settings -> new HttpWire(settings, server));
            if (grpc != null) {
                builder.wire(GrpcWire.NAME, settings -> new GrpcWire(settings, grpc));
            }
            config.wireAddressesOrEmpty().forEach(builder::listen);
            HostPort listen = given == null ? config.listenOrDefault() : new HostPort("localhost", 0);
            if (!HostPort.loopbackHosts().contains(listen.host()) && !listen.host().equals("localhost")) {
                builder.listenHost(listen.host());
            }
            if (config.registry() != null) {
                builder.registry(config.registry());
            }
        }
        Pools pools = closer.add(new Pools(name, server, config, surroundings.events()));
        config.groupsOrEmpty().forEach((group, options) -> {
            if (options.peers() != null && options.origin() != null) {
                builder.attach(pools.open(group, options, options.peers(), closer.add(Origin.of(options.origin()))));
            }
        });
        pools.listen();
        builder.groups(opening -> open(opening, config.groupsOrEmpty(), surroundings.events(), closer));
        if (registryServer != null) {
            awaitRegistry(registryServer);
        }
        Node node = closer.add(builder.start());
        ApiServer.mount(server, node, surroundings.api()
                .withExpectedMembers(config.expectedMembers() == null ? 0 : config.expectedMembers())
                .withDefaultGroup(config.defaultGroupOrEmpty())
                .withRegistry(Objects.requireNonNullElse(config.registry(), "")));
        if (grpc != null) {
            closer.add(GrpcApi.mount(grpc, node, GrpcApi.DEFAULT_TIMEOUT));
        }
        return new Assembly(closer, node, server);
    }

    /// The server for gRPC, if the node is to have one.
    private static @Nullable GrpcServer grpc(NodeConfig config, @Nullable Tls tls, Closer closer) {
        if (config.grpc() == null) {
            return null;
        }
        GrpcServer server = closer
                .add(new GrpcServer(GrpcServerOptions.DEFAULT.withAllowRemote(config.mayServeRemotely())));
        if (tls != null) {
            server.encrypt(tls);
        }
        server.bind(config.grpc());
        return server;
    }

    /// A server of the node's own.
    private static HttpServer bind(NodeConfig config, @Nullable Tls tls) {
        HostPort listen = config.listenOrDefault();
        require(!List.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0").contains(listen.host()),
                "listen=" + listen
                        + " means every address, and does not say at which one peers reach this node; set listen to that"
                        + " one");
        HttpServer server = new HttpServer(HttpServerOptions.DEFAULT.withAllowRemote(config.mayServeRemotely())
                .withHostNames(config.hostNamesOrEmpty()));
        if (tls != null) {
            server.encrypt(tls::serverEngine);
        }
        try {
            server.bind(listen.bindHosts(), listen.port());
            return server;
        } catch (RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    private static EmbeddedZooKeeper registryServer(RegistryServerConfig config) {
        return EmbeddedZooKeeper.of(config.ensemble(), config.id(), Path.of(config.dataDir()),
                Boolean.TRUE.equals(config.firstStart()) ? EmbeddedZooKeeper.Start.FIRST
                        : EmbeddedZooKeeper.Start.AGAIN);
    }

    /// Whether they serve or not, joining says what there is to say; this only spares it a wait.
    private static void awaitRegistry(RegistryServerConfig config) {
        if (Serving.await(config.ensemble().stream().filter(s -> s.id() == config.id()).toList(), OWN_SERVER)) {
            Serving.await(config.ensemble(), OTHER_SERVERS);
        }
    }

    private static void open(Node node, Map<String, GroupConfig> groups, EventLines events, Closer closer) {
        groups.forEach((name, group) -> {
            if (group.peers() != null) {
                return;
            }
            OriginConfig origin = group.origin();
            Origin opened = origin == null ? null : closer.add(Origin.of(origin));
            if (opened != null) {
                Thread.ofVirtual().name("warm-up " + name).start(opened::warmUp);
            }
            node.cache(name, new RawCodec(group.contentTypeOrDefault()), group.options(),
                    opened == null ? null : events.reporting(opened));
        });
    }

    Node node() {
        return node;
    }

    int port() {
        return server.port();
    }

    /// Leaves the cluster and puts everything away, in the opposite order of the start. Safe to repeat.
    @Override
    public void close() {
        closer.close();
    }
}
