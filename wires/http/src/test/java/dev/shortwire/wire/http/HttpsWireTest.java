package dev.shortwire.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.spi.HostPort;
import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.TestCertificates;
import dev.shortwire.testkit.WireContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// The contract, over TLS. The certificate has all the names by which the contract's frames go. It takes half a minute and
/// adds little to `HttpTlsTest` and the contract without TLS, so it runs only where it is asked for.
@EnabledIfSystemProperty(named = "shortwire.contract-over-tls", matches = "true")
final class HttpsWireTest extends WireContractTest {
    @TempDir
    static Path folder;
    private static TlsSettings certificates;

    @BeforeAll
    static void issue() {
        certificates = new TestCertificates(folder).issue("nodes", "dns:node-1,uri:shortwire:node-%CF%80");
    }

    @Override
    protected Wire newWire(WireSettings settings) {
        return new HttpWire(settings.withTls(Tls.open(certificates, Clock.SYSTEM)));
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

    @Override
    protected int callsAtOnce() {
        return 256;
    }

    /// By somebody who has a certificate.
    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws Exception {
        HostPort address = HostPort.parse(endpoint.address());
        String head = "POST /internal/wire HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
                + "application/vnd.shortwire.frame\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        try (SSLSocket socket = (SSLSocket) Tls.open(certificates, Clock.SYSTEM).context().getSocketFactory()
                .createSocket(InetAddress.ofLiteral(address.host()), address.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(bytes);
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .matches("(?s)HTTP/1.1 (200|204|400|403|410) .*").doesNotContain("Exception");
        }
    }
}
