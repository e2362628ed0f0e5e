package dev.shortwire.wire;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

/// A process that listens at a path until it is killed, or its standard input ends.
final class ListeningProcess {
    private ListeningProcess() {}

    public static void main(String[] args) throws IOException {
        try (SocketFile file = SocketFile.take(Path.of(args[0]));
                ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(file.path()));
            System.out.println(file.path());
            while (System.in.read() >= 0) {
                // until the end
            }
        }
    }
}
