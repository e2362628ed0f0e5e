package dev.shortwire.wire.uds;

import dev.shortwire.wire.stream.Transport;
import java.io.IOException;

/// A process that listens at a path until it is killed.
final class ListeningProcess {
    private ListeningProcess() {}

    public static void main(String[] args) throws IOException {
        try (Transport.Acceptor acceptor = new UdsTransport().listen(args[0])) {
            System.out.println(acceptor.address());
            while (true) {
                acceptor.accept();
            }
        }
    }
}
