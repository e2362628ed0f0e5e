package dev.shortwire.wire.uds;

import dev.shortwire.wire.SocketFolder;
import dev.shortwire.wire.UnixAddress;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireProvider;
import dev.shortwire.wire.WireSettings;
import dev.shortwire.wire.stream.StreamWire;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// Makes wires over Unix sockets. An address is a [UnixAddress]; where one listens, an empty one takes a
/// new file in the [SocketFolder] of this user.
public final class UdsWireProvider implements WireProvider {
    public static final String NAME = "uds";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public @Nullable String unavailable() {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.supportedOptions().contains(PeerUser.OPTION) ? null
                    : "this system does not tell which user is at the other end of a Unix socket";
        } catch (UnsupportedOperationException | IOException e) {
            return "this system has no Unix sockets: " + e.getMessage();
        }
    }

    @Override
    public Wire create(WireSettings settings) {
        return new StreamWire(settings, new UdsTransport());
    }
}
