package dev.shortwire.wire.shm;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// Another user's process: connects to a path, or listens at one. Uses nothing but Java, so that its class file is all that
/// the other user must be able to read.
public final class Stranger {
    static final String TRIED = "tried: ";

    private Stranger() {}

    public static void main(String[] args) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(args[1]);
        if (args[0].equals("connect")) {
            System.out.println(TRIED + connect(address));
        } else {
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(address);
                System.out.println(TRIED + "listening");
                while (true) {
                    server.accept();
                }
            }
        }
    }

    private static String connect(UnixDomainSocketAddress address) {
        try (SocketChannel channel = SocketChannel.open(address)) {
            return "connected, then " + channel.read(ByteBuffer.allocate(100));
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
