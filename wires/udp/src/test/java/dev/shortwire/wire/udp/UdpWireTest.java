package dev.shortwire.wire.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.testkit.WireContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.UnixAddress;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/// The contract, over a Unix socket and datagrams within the host.
final class UdpWireTest extends WireContractTest {
    private final List<UdpWire> made = new ArrayList<>();

    @Override
    protected Wire newWire(WireSettings settings) {
        UdpWire wire = (UdpWire) new UdpWireProvider().create(settings);
        made.add(wire);
        return wire;
    }

    @AfterEach
    void forgedNothing() {
        long replayed = made.stream().mapToLong(wire -> wire.drops().of(DropCounts.Reason.REPLAYED)).sum();
        assertThat(replayed).isZero();
    }

    /// Once as a datagram, once as a frame after a proper greeting on the stream, once instead of that greeting.
    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws IOException {
        for (UdpWire wire : made) {
            for (int port : wire.datagramPorts()) {
                try (DatagramSocket socket = new DatagramSocket()) {
                    socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
                }
            }
        }
        ByteBuffer greeted = ByteBuffer.allocate(20 + bytes.length).putInt(0x53574c4b).putInt(0x0001_0000)
                .putInt(1 << 20).putInt(0).putInt(bytes.length).put(bytes).flip();
        sendAndAwaitEnd(endpoint, greeted);
        sendAndAwaitEnd(endpoint, ByteBuffer.wrap(bytes));
    }

    private static void sendAndAwaitEnd(Endpoint endpoint, ByteBuffer bytes) throws IOException {
        Path path = UnixAddress.parse(endpoint.address().substring(Companion.UNIX.length())).path();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
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
