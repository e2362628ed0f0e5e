package dev.shortwire.registry.zookeeper.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for servers that are starting. A client that connects before there is a leader is turned away and waits up to a
/// second before it tries again; whoever starts both does better to look first, which costs a millisecond.
public final class Serving {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);
    private static final Duration PAUSE = Duration.ofMillis(15);
    private static final int SOCKET_TIMEOUT_MILLIS = 200;

    private Serving() {}

    /// Blocks until each of `servers` serves clients, or `timeout` has passed.
    ///
    /// @return whether all serve
    public static boolean await(List<EnsembleServer> servers, Duration timeout) {
        List<EnsembleServer> left = new ArrayList<>(servers);
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            left.removeIf(Serving::serves);
            if (left.isEmpty()) {
                return true;
            }
            if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /// Whether a server has a leader, by the word `srvr`, which every server answers and which changes nothing.
    private static boolean serves(EnsembleServer server) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.bindAddress(), server.clientPort()), SOCKET_TIMEOUT_MILLIS);
            socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
            socket.getOutputStream().write("srvr".getBytes(US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readNBytes(4096), US_ASCII).contains("Mode: ");
        } catch (IOException e) {
            LOG.trace("{} does not serve yet", server, e);
            return false;
        }
    }
}
