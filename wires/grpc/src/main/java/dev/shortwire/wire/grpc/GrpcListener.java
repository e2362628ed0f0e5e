package dev.shortwire.wire.grpc;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Wire;
import org.jspecify.annotations.Nullable;

/// A mounted wire service, and the server under it where that is the wire's own.
final class GrpcListener implements Wire.Listener {
    private final GrpcWire wire;
    private final Endpoint endpoint;
    private final WireService service;
    private final GrpcServer.Mounted mounted;
    private final @Nullable GrpcServer own;

    GrpcListener(GrpcWire wire, String address, WireService service, GrpcServer.Mounted mounted,
            @Nullable GrpcServer own) {
        this.wire = wire;
        this.endpoint = new Endpoint(GrpcWire.NAME, address);
        this.service = service;
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
        service.close();
        if (own != null) {
            own.close();
        }
    }
}
