package dev.shortwire.testkit;

import dev.shortwire.spi.Clock;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.WireSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The contract, over TLS. The certificate has all the names by which the contract's frames go. It takes long, and adds
/// little to the tests of TLS and the contract without it, so those who extend it run only where they are asked for.
public abstract class WireContractOverTlsTest extends WireContractTest {
    /// Set to `true`, it asks for this contract.
    public static final String ASKED_FOR = "shortwire.contract-over-tls";

    @TempDir
    private static Path folder;

    private static TlsSettings certificate;

    @BeforeAll
    static void issue() {
        certificate = new TestCertificates(folder).issue("nodes", "dns:node-1,uri:shortwire:node-%CF%80");
    }

    /// What the contract's peers show, and who attacks them.
    protected static TlsSettings certificate() {
        return certificate;
    }

    protected static WireSettings overTls(WireSettings settings) {
        return settings.withTls(Tls.open(certificate, Clock.SYSTEM));
    }

    /// The other process would have no certificate.
    @Override
    protected final boolean reachesOtherProcesses() {
        return false;
    }
}
