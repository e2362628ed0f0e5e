package dev.shortwire.wire.tcp;

import dev.shortwire.spi.Clock;
import dev.shortwire.spi.HostPort;
import dev.shortwire.testkit.WireContractOverTlsTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = WireContractOverTlsTest.ASKED_FOR, matches = "true")
final class TcpsWireTest extends WireContractOverTlsTest {
    @Override
    protected Wire newWire(WireSettings settings) {
        return new TcpWireProvider().create(overTls(settings));
    }

    /// By somebody who has a certificate: as a frame after a proper greeting.
    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws IOException {
        HostPort address = HostPort.parse(endpoint.address());
        try (SSLSocket socket = (SSLSocket) Tls.open(certificate(), Clock.SYSTEM).context().getSocketFactory()
                .createSocket(InetAddress.ofLiteral(address.host()), address.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(TcpWireTest.greeted(bytes));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            // the peer has hung up already, which is what it should do
        }
    }
}
