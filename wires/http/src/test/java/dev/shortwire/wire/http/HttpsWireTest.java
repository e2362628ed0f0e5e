package dev.shortwire.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.spi.HostPort;
import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.WireContractOverTlsTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = WireContractOverTlsTest.ASKED_FOR, matches = "true")
final class HttpsWireTest extends WireContractOverTlsTest {
    @Override
    protected Wire newWire(WireSettings settings) {
        return new HttpWire(overTls(settings));
    }

    @Override
    protected String listenAddress() {
        return "127.0.0.1:0";
    }

    @Override
    protected int callsAtOnce() {
        return 256;
    }

    /// By somebody who has a certificate.
    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws Exception {
        HostPort address = HostPort.parse(endpoint.address());
        try (SSLSocket socket = (SSLSocket) Tls.open(certificate(), Clock.SYSTEM).context().getSocketFactory()
                .createSocket(InetAddress.ofLiteral(address.host()), address.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(HttpWireTest.head(bytes.length));
            socket.getOutputStream().write(bytes);
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .matches("(?s)HTTP/1.1 (200|204|400|403|410) .*").doesNotContain("Exception");
        }
    }
}
