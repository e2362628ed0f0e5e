package dev.shortwire.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.spi.HostPort;
import dev.shortwire.testkit.WireContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;

final class TcpWireTest extends WireContractTest {
    @Override
    protected Wire newWire(WireSettings settings) {
        return new TcpWireProvider().create(settings);
    }

    /// A frame of these bytes after a proper greeting.
    static byte[] greeted(byte[] bytes) {
        return ByteBuffer.allocate(20 + bytes.length).putInt(0x53574c4b).putInt(0x0001_0000).putInt(1 << 20)
                .putInt(0).putInt(bytes.length).put(bytes).array();
    }

    /// Once as a frame after a proper greeting, once instead of a greeting.
    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws IOException {
        sendAndAwaitEnd(endpoint, greeted(bytes));
        sendAndAwaitEnd(endpoint, bytes);
    }

    private static void sendAndAwaitEnd(Endpoint endpoint, byte[] bytes) throws IOException {
        HostPort address = HostPort.parse(endpoint.address());
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }
}
