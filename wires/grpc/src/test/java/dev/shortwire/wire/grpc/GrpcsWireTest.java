package dev.shortwire.wire.grpc;

import dev.shortwire.testkit.WireContractOverTlsTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = WireContractOverTlsTest.ASKED_FOR, matches = "true")
final class GrpcsWireTest extends WireContractOverTlsTest {
    @Override
    protected Wire newWire(WireSettings settings) {
        return new GrpcWire(overTls(settings));
    }

    @Override
    protected String listenAddress() {
        return "127.0.0.1:0";
    }

    /// By somebody who has a certificate.
    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws Exception {
        Hostile.attack(endpoint, Hostile.with(certificate()), bytes);
    }
}
