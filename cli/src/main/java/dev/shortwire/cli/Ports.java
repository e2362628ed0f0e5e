package dev.shortwire.cli;

import dev.shortwire.spi.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// Finds out which ports of the loopback addresses can be had, and promises none twice: a port that was found is free
/// until somebody binds it, so the system may propose it again. Another process may take one before it is used: whoever
/// uses it has to cope. Confined to one thread.
final class Ports {
    private static final int ATTEMPTS = 100;

    private final Set<Integer> promised = new HashSet<>();

    /// Throws unless `port` is free on every loopback address; promises it.
    ///
    /// @param remedy what the message proposes
    void requireFree(int port, String remedy) {
        for (String host : HostPort.loopbackHosts()) {
            try {
                bind(host, port).close();
            } catch (IOException taken) {
                throw new CliException(ExitCode.FAILED, "port " + port + " of " + host + " can't be used ("
                        + taken.getMessage() + "); " + remedy, taken);
            }
        }
        promised.add(port);
    }

    /// That many ports that are free on every loopback address, different from each other and from all promised before.
    List<Integer> free(int count) {
        List<ServerSocket> held = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        try {
            for (int attempt = 0; ports.size() < count && attempt < count + ATTEMPTS; attempt++) {
                OptionalInt port = freeEverywhere(held);
                if (port.isPresent() && promised.add(port.getAsInt())) {
                    ports.add(port.getAsInt());
                }
            }
        } finally {
            held.forEach(Ports::close);
        }
        if (ports.size() < count) {
            throw new CliException(ExitCode.FAILED, "found only " + ports.size() + " of " + count
                    + " free ports on loopback; end programs that hold many");
        }
        return ports;
    }

    private static OptionalInt freeEverywhere(List<ServerSocket> held) {
        int port = 0;
        for (String host : HostPort.loopbackHosts()) {
            try {
                ServerSocket socket = bind(host, port);
                held.add(socket);
                port = socket.getLocalPort();
            } catch (IOException taken) {
                return OptionalInt.empty(); // on one of the addresses only: another port, then
            }
        }
        return OptionalInt.of(port);
    }

    private static ServerSocket bind(String host, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(host), port), 1);
            return socket;
        } catch (IOException taken) {
            close(socket);
            throw taken;
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
