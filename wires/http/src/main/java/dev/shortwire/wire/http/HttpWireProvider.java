package dev.shortwire.wire.http;

import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;

/// Makes wires that listen on a server of their own.
public final class HttpWireProvider implements WireProvider {
    @Override
    public String name() {
        return HttpWire.NAME;
    }

    @Override
    public Wire create(WireSettings settings) {
        return new HttpWire(settings);
    }
}
