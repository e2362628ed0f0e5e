package dev.shortwire.wire.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.spi.HostPort;
import dev.shortwire.testkit.WireContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

final class HttpWireTest extends WireContractTest {
    @Override
    protected Wire newWire(WireSettings settings) {
        return new HttpWire(settings);
    }

    @Override
    protected String listenAddress() {
        return "127.0.0.1:0";
    }

    @Override
    protected int callsAtOnce() {
        return 256;
    }

    /// Of a request with a frame of that length.
    static byte[] head(int length) {
        return ("POST /internal/wire HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
                + "application/vnd.shortwire.frame\r\nContent-Length: " + length + "\r\n\r\n").getBytes(UTF_8);
    }

    /// Once as the body of a proper request, once instead of one.
    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws IOException {
        HostPort address = HostPort.parse(endpoint.address());
        try (Socket socket = new Socket(InetAddress.ofLiteral(address.host()), address.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(head(bytes.length));
            out.write(bytes);
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .matches("(?s)HTTP/1.1 (200|204|400|410) .*").doesNotContain("Exception");
        }
        try (Socket socket = new Socket(InetAddress.ofLiteral(address.host()), address.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().write("\r\n\r\n".getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 4");
        }
    }
}
