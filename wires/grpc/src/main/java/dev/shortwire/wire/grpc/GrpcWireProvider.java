package dev.shortwire.wire.grpc;

import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;

/// Makes wires that listen on a server of their own.
public final class GrpcWireProvider implements WireProvider {
    @Override
    public String name() {
        return GrpcWire.NAME;
    }

    @Override
    public Wire create(WireSettings settings) {
        return new GrpcWire(settings);
    }
}
