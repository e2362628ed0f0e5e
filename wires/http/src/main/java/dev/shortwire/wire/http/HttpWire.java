package dev.shortwire.wire.http;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.http.HttpLoops;
import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.spi.HostPort;
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

/// The wire for whatever speaks HTTP: a call is a `POST` of a frame, answered by a frame. Addresses have the form
/// `host:port` or `[ipv6]:port`; one listens on `localhost:port` at both loopback addresses.
///
/// It listens on a server of its own, or on one that serves other things too, which it then neither binds nor closes. With
/// TLS in its settings it uses that on every connection that it makes, and takes frames from such connections alone; a
/// server that it shares must use the same TLS.
public final class HttpWire implements Wire {
    public static final String NAME = "http";

    /// Where frames are posted to.
    static final String PATH = "/internal/wire";
    static final String MEDIA_TYPE = "application/vnd.shortwire.frame";

    private final WireSettings settings;
    private final @Nullable HttpServer shared;
    private final HttpLoops loops;
    private final Set<HttpListener> listeners = ConcurrentHashMap.newKeySet();
    private final Set<HttpLink> links = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// A wire with threads, and where it listens a server, of its own.
    public HttpWire(WireSettings settings) {
        this(settings, null, HttpLoops.start());
    }

    /// A wire that listens on `server` and uses its threads. The server is bound before [#listen] is called, and closed
    /// by its owner after this wire.
    public HttpWire(WireSettings settings, HttpServer server) {
        this(settings, server, server.loops());
    }

    private HttpWire(WireSettings settings, @Nullable HttpServer shared, HttpLoops loops) {
        this.settings = settings;
        this.shared = shared;
        this.loops = loops;
    }

    @Override
    public String name() {
        return NAME;
    }

    /// Starts to answer frames. On a shared server the address is the one to be published; without one (empty, or of
    /// port 0) that is the server's first.
    @Override
    public Listener listen(String address, FrameHandler handler) {
        require(!closed, "http wire must be open to listen; create another one");
        HttpServer server = shared;
        HttpListener listener = server == null ? listenAlone(address, handler) : mount(server, address, handler);
        listeners.add(listener);
        if (closed) {
            listener.close();
        }
        return listener;
    }

    private HttpListener mount(HttpServer server, String address, FrameHandler handler) {
        HostPort published = address.isEmpty() ? new HostPort("localhost", 0) : HostPort.parse(address);
        HostPort reached = published.port() == 0 ? firstAddress(server) : published;
        WireRoute route = new WireRoute(settings, handler);
        return new HttpListener(this, reached, route, route.mount(server), null);
    }

    private HttpListener listenAlone(String address, FrameHandler handler) {
        HostPort wanted = HostPort.parse(address.isEmpty() ? "127.0.0.1:0" : address);
        HttpServer server = new HttpServer(HttpServerOptions.DEFAULT.withAllowRemote(settings.mayBindRemotely()),
                loops);
        Tls tls = settings.tls();
        if (tls != null) {
            server.encrypt(tls::serverEngine);
        }
        try {
            server.bind(wanted.bindHosts(), wanted.port());
        } catch (ConfigurationException e) {
            server.close();
            throw e;
        }
        WireRoute route = new WireRoute(settings, handler);
        HostPort reached = new HostPort(wanted.host(), server.port());
        return new HttpListener(this, reached, route, route.mount(server), server);
    }

    private static HostPort firstAddress(HttpServer server) {
        return new HostPort(server.addresses().getFirst().getAddress().getHostAddress(), server.port());
    }

    @Override
    public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
        if (closed || timeoutNanos <= 0) {
            Cause cause = closed ? Cause.CLOSED : Cause.DEADLINE;
            observer.refused(new WireFailure(cause, Happened.NO, "the http wire is closed, or no time was left"));
            return;
        }
        HttpLink link = new HttpLink(this, endpoint, settings, loops, observer);
        links.add(link);
        link.open(timeoutNanos);
        if (closed) {
            link.close();
        }
    }

    void forget(HttpListener listener) {
        listeners.remove(listener);
    }

    void forget(HttpLink link) {
        links.remove(link);
    }

    @Override
    public void close() {
        closed = true;
        listeners.forEach(HttpListener::close);
        links.forEach(HttpLink::close);
        if (shared == null) {
            loops.close();
        }
    }
}
