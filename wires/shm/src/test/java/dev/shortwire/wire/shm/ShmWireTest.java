package dev.shortwire.wire.shm;

import dev.shortwire.testkit.WireContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.UnixAddress;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

final class ShmWireTest extends WireContractTest {
    @Override
    protected Wire newWire(WireSettings settings) {
        return new ShmWireProvider().create(settings);
    }

    /// Once as the greeting, once where frames are expected.
    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws IOException {
        try (SocketChannel channel = SocketChannel
                .open(UnixDomainSocketAddress.of(UnixAddress.parse(endpoint.address()).path()))) {
            channel.write(ByteBuffer.wrap(bytes));
            while (channel.read(ByteBuffer.allocate(500)) >= 0) {
                // until the listener hangs up
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("reset")) {
                throw e;
            }
        }
        try (var pipe = new ShmTransport().connect(endpoint.address(), 20_000_000_000L)) {
            pipe.write(ByteBuffer.wrap(bytes));
            ShmPipeTest.awaitEnd(pipe);
        }
    }
}
