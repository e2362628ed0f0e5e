package dev.shortwire.wire.grpc;

import dev.shortwire.testkit.WireContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;

final class GrpcTcpWireTest extends WireContractTest {
    @Override
    protected Wire newWire(WireSettings settings) {
        return new GrpcWire(settings);
    }

    @Override
    protected String listenAddress() {
        return "127.0.0.1:0";
    }

    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws Exception {
        Hostile.attack(endpoint, bytes);
    }
}
