package dev.shortwire.wire.http;

import dev.shortwire.http.HttpServer;
import dev.shortwire.spi.HostPort;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Wire;
import org.jspecify.annotations.Nullable;

/// A mounted route, and the server under it where that is the wire's own.
final class HttpListener implements Wire.Listener {
    private final HttpWire wire;
    private final Endpoint endpoint;
    private final WireRoute route;
    private final HttpServer.Route mounted;
    private final @Nullable HttpServer own;

    HttpListener(HttpWire wire, HostPort address, WireRoute route, HttpServer.Route mounted, @Nullable HttpServer own) {
        this.wire = wire;
        this.endpoint = new Endpoint(HttpWire.NAME, address.toString());
        this.route = route;
        this.mounted = mounted;
        this.own = own;
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        wire.forget(this);
        mounted.close();
        route.close();
        if (own != null) {
            own.close();
        }
    }
}
