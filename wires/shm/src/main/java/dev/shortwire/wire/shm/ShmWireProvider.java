package dev.shortwire.wire.shm;

import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;
import dev.shortwire.wire.stream.StreamWire;
import org.jspecify.annotations.Nullable;

/// Makes wires between processes of one host that share memory. Loads nothing native where [#unavailable()] tells why not.
public final class ShmWireProvider implements WireProvider {
    @Override
    public String name() {
        return ShmTransport.NAME;
    }

    @Override
    public @Nullable String unavailable() {
        return Support.missing();
    }

    @Override
    public Wire create(WireSettings settings) {
        return new StreamWire(settings, new ShmTransport());
    }
}
