package dev.shortwire.wire.uds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.testkit.WireContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.UnixAddress;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

final class UdsWireTest extends WireContractTest {
    @Override
    protected Wire newWire(WireSettings settings) {
        return new UdsWireProvider().create(settings);
    }

    /// Once as a frame after a proper greeting, once instead of a greeting.
    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws IOException {
        ByteBuffer greeted = ByteBuffer.allocate(20 + bytes.length).putInt(0x53574c4b).putInt(0x0001_0000)
                .putInt(1 << 20)
                .putInt(0).putInt(bytes.length).put(bytes).flip();
        sendAndAwaitEnd(endpoint, greeted);
        sendAndAwaitEnd(endpoint, ByteBuffer.wrap(bytes));
    }

    private static void sendAndAwaitEnd(Endpoint endpoint, ByteBuffer bytes) throws IOException {
        try (SocketChannel channel = SocketChannel
                .open(UnixDomainSocketAddress.of(UnixAddress.parse(endpoint.address()).path()))) {
            channel.write(bytes);
            channel.shutdownOutput();
            ByteBuffer answer = ByteBuffer.allocate(4096);
            while (channel.read(answer.clear()) >= 0) {
                // until the listener closes
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }
}
