package dev.shortwire.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads and writes of a Unix or TCP socket, blocking or awake. What the two sides say: a request is 16 bytes, the first
/// four of them the code of a body, [#SPIN] or [#BLOCK]; the reply to a body's code is that body.
final class SocketFloor implements Floor {
    static final String BARE_UDS = "bare-uds";
    static final String SPINNING_UDS = "spinning-uds";
    static final String BARE_TCP = "bare-tcp";
    static final String SPINNING_TCP = "spinning-tcp";

    static final int REQUEST_BYTES = 16;
    /// Wait awake from now on.
    static final int SPIN = -1;
    /// Sleep while waiting from now on.
    static final int BLOCK = -2;

    private final String name;
    private final boolean unix;
    private final boolean spinning;

    SocketFloor(String name, boolean unix, boolean spinning) {
        this.name = name;
        this.unix = unix;
        this.spinning = spinning;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Server serve() throws IOException {
        if (unix) {
            Path folder = Files.createTempDirectory("shortwire-bench-");
            Path socket = folder.resolve("s");
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(socket));
            return new SocketFloorServer(channel, socket.toString(), folder);
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.bind(new InetSocketAddress(Floors.host(), 0));
        return new SocketFloorServer(channel, Integer.toString(channel.socket().getLocalPort()), null);
    }

    @Override
    public Exchange connect(String address) throws IOException {
        SocketAddress target = unix
                ? UnixDomainSocketAddress.of(address)
                : new InetSocketAddress(Floors.host(), Integer.parseInt(address));
        SocketChannel channel = SocketChannel.open(target);
        if (!unix) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return new SocketExchange(name, channel, spinning);
    }
}
