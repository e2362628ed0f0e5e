package dev.shortwire.wire.tcp;

import dev.shortwire.spi.Clock;
import dev.shortwire.spi.HostPort;
import dev.shortwire.testkit.TestCertificates;
import dev.shortwire.testkit.WireContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// The contract, over TLS. The certificate has all the names by which the contract's frames go. It adds little to
/// `TcpTlsTest` and the contract without TLS, so it runs only where it is asked for.
@EnabledIfSystemProperty(named = "shortwire.contract-over-tls", matches = "true")
final class TcpsWireTest extends WireContractTest {
    @TempDir
    static Path folder;
    private static TlsSettings certificates;

    @BeforeAll
    static void issue() {
        certificates = new TestCertificates(folder).issue("nodes", "dns:node-1,uri:shortwire:node-%CF%80");
    }

    @Override
    protected Wire newWire(WireSettings settings) {
        return new TcpWireProvider().create(settings.withTls(Tls.open(certificates, Clock.SYSTEM)));
    }

    /// The other process would have no certificate.
    @Override
    protected boolean reachesOtherProcesses() {
        return false;
    }

    /// By somebody who has a certificate: as a frame after a proper greeting.
    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws IOException {
        HostPort address = HostPort.parse(endpoint.address());
        byte[] greeted = ByteBuffer.allocate(20 + bytes.length).putInt(0x53574c4b).putInt(0x0001_0000)
                .putInt(1 << 20).putInt(0).putInt(bytes.length).put(bytes).array();
        try (SSLSocket socket = (SSLSocket) Tls.open(certificates, Clock.SYSTEM).context().getSocketFactory()
                .createSocket(InetAddress.ofLiteral(address.host()), address.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(greeted);
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            // the peer has hung up already, which is what it should do
        }
    }
}
