package dev.shortwire.testkit;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Wire;

/// An address that a simulated process listens on.
final class SimListener implements Wire.Listener {
    private final SimNetwork network;
    private final SimProcess process;
    private final Endpoint endpoint;
    private final FrameHandler handler;

    SimListener(SimNetwork network, SimProcess process, Endpoint endpoint, FrameHandler handler) {
        this.network = network;
        this.process = process;
        this.endpoint = endpoint;
        this.handler = handler;
    }

    SimProcess process() {
        return process;
    }

    FrameHandler handler() {
        return handler;
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        network.forget(this);
    }
}
