package dev.shortwire.wire.grpc;

import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.TestCertificates;
import dev.shortwire.testkit.WireContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// The contract, over TLS. The certificate has all the names by which the contract's frames go. It takes half a minute and
/// adds little to `GrpcTlsTest` and the contract without TLS, so it runs only where it is asked for.
@EnabledIfSystemProperty(named = "shortwire.contract-over-tls", matches = "true")
final class GrpcsWireTest extends WireContractTest {
    @TempDir
    static Path folder;
    private static TlsSettings certificates;

    @BeforeAll
    static void issue() {
        certificates = new TestCertificates(folder).issue("nodes", "dns:node-1,uri:shortwire:node-%CF%80");
    }

    @Override
    protected Wire newWire(WireSettings settings) {
        return new GrpcWire(settings.withTls(Tls.open(certificates, Clock.SYSTEM)));
    }

    @Override
    protected String listenAddress() {
        return "127.0.0.1:0";
    }

    /// The other process would have no certificate.
    @Override
    protected boolean reachesOtherProcesses() {
        return false;
    }

    /// By somebody who has a certificate.
    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws Exception {
        Hostile.attack(endpoint, Hostile.with(certificates), bytes);
    }
}
