package dev.shortwire.wire.grpc;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireSettings;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The wire for service meshes and other languages: a link is one stream of `shortwire.v1.Wire`. Addresses have the form
/// `host:port`, `[ipv6]:port`, or `unix:/path` on Linux; one listens on `localhost:port` at both loopback addresses.
///
/// It listens on a server of its own, or on one that serves other things too, which it then neither binds nor closes. With
/// TLS in its settings it uses that on every TCP connection that it makes, and takes frames from such connections alone; a
/// server that it shares must be encrypted with the same. A Unix socket needs none: the kernel tells whose process the
/// peer is. Nothing is started, and of gRPC hardly anything loaded, before it is used.
public final class GrpcWire implements Wire {
    public static final String NAME = "grpc";

    private final WireSettings settings;
    private final @Nullable GrpcServer shared;
    private final Set<GrpcListener> listeners = ConcurrentHashMap.newKeySet();
    private final Set<GrpcLink> links = ConcurrentHashMap.newKeySet();
    private @Nullable GrpcLoops ownLoops;
    private volatile boolean closed;

    /// A wire with threads, and where it listens a server, of its own.
    public GrpcWire(WireSettings settings) {
        this(settings, null);
    }

    /// A wire that listens on `server` and uses its threads; without one, as the other constructor. The server is bound
    /// before [#listen] is called, and closed by its owner after this wire.
    public GrpcWire(WireSettings settings, @Nullable GrpcServer server) {
        this.settings = settings;
        this.shared = server;
    }

    @Override
    public String name() {
        return NAME;
    }

    /// Starts to answer frames. On a shared server the address is the one to be published; an empty one stands for the
    /// server's first.
    @Override
    public Listener listen(String address, FrameHandler handler) {
        require(!closed, "grpc wire must be open to listen; create another one");
        WireService service = new WireService(settings, handler, loops());
        GrpcListener listener = shared == null ? listenAlone(address, service) : mount(shared, address, service);
        listeners.add(listener);
        if (closed) {
            listener.close();
        }
        return listener;
    }

    private GrpcListener mount(GrpcServer server, String address, WireService service) {
        boolean told = !address.isEmpty() && !address.endsWith(":0");
        String published = told ? Address.parse(address).toString() : server.addresses().getFirst();
        return new GrpcListener(this, published, service, server.mount(service.definition()), null);
    }

    private GrpcListener listenAlone(String address, WireService service) {
        GrpcServerOptions options = GrpcServerOptions.DEFAULT.withAllowRemote(settings.mayBindRemotely())
                .withMaxFrameBytes(settings.maxFrameBytes());
        GrpcServer server = new GrpcServer(options, loops(), false);
        Tls tls = settings.tls();
        if (tls != null) {
            server.encrypt(tls);
        }
        GrpcServer.Mounted mounted = server.mount(service.definition());
        try {
            String bound = server.bind(address.isEmpty() ? "127.0.0.1:0" : address);
            return new GrpcListener(this, bound, service, mounted, server);
        } catch (ConfigurationException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
        if (closed || timeoutNanos <= 0) {
            Cause cause = closed ? Cause.CLOSED : Cause.DEADLINE;
            observer.refused(new WireFailure(cause, Happened.NO, "the grpc wire is closed, or no time was left"));
            return;
        }
        GrpcLink link = new GrpcLink(this, endpoint, settings, loops(), observer);
        links.add(link);
        link.open(timeoutNanos);
        if (closed) {
            link.close();
        }
    }

    private synchronized GrpcLoops loops() {
        if (shared != null) {
            return shared.loops();
        }
        if (ownLoops == null) {
            ownLoops = new GrpcLoops();
        }
        return ownLoops;
    }

    void forget(GrpcListener listener) {
        listeners.remove(listener);
    }

    void forget(GrpcLink link) {
        links.remove(link);
    }

    @Override
    public void close() {
        closed = true;
        listeners.forEach(GrpcListener::close);
        links.forEach(GrpcLink::close);
        GrpcLoops own;
        synchronized (this) {
            own = ownLoops;
        }
        if (own != null) {
            own.close();
        }
    }
}
