package dev.shortwire.wire.udp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A socket of the JDK.
///
/// It is a [DatagramSocket], not a `DatagramChannel`, for two reasons. A channel that blocks is closed when a thread in it
/// is interrupted, and here callers' threads send and receive, whose interruption must end their own call and no more. A
/// channel that does not block costs two system calls for each datagram that is waited for, `epoll_wait` and `recvfrom`,
/// instead of one. (A virtual thread that sends makes the JDK change the socket for good: from then on it takes
/// two here as well.)
///
/// A blocked receiver is woken by an empty datagram that the socket sends to itself: it stays in the socket's buffer until
/// it was received, so that it can't come too early. Strangers who send empty datagrams wake it for nothing. A full buffer
/// drops it without a word, and then nobody blocks. A host may drop it always (a packet filter on loopback), also without
/// a word: so whoever relies on it has it proved first.
final class SocketPort implements DatagramPort {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final byte[] NOTHING = new byte[0];
    private static final int PROOF_MILLIS = 100;

    private final DatagramSocket socket;
    private final InetSocketAddress itself;
    private final DatagramPacket received = new DatagramPacket(NOTHING, 0);

    SocketPort(InetAddress address, int port) throws IOException {
        this.socket = new DatagramSocket(new InetSocketAddress(address, port));
        socket.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        socket.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
        InetAddress own = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
        this.itself = new InetSocketAddress(own, socket.getLocalPort());
    }

    @Override
    public int number() {
        return itself.getPort();
    }

    @Override
    public void send(byte[] datagram, int length, InetSocketAddress to) throws IOException {
        socket.send(new DatagramPacket(datagram, length, to));
    }

    @Override
    public int receive(byte[] target) throws IOException {
        if (received.getData() != target) {
            received.setData(target);
        }
        socket.receive(received);
        return received.getLength();
    }

    @Override
    public InetSocketAddress from() {
        return (InetSocketAddress) received.getSocketAddress();
    }

    @Override
    public void wake() {
        try {
            send(NOTHING, 0, itself);
        } catch (IOException e) {
            socket.close(); // which wakes as well; it may have been closed before
        }
    }

    /// Receives without a timeout, since a socket that was once asked for one takes two system calls from then on. What
    /// ends a vain wait is that the port is closed.
    @Override
    public void proveWake() throws IOException {
        CompletableFuture<Void> alarm = CompletableFuture.runAsync(socket::close,
                CompletableFuture.delayedExecutor(PROOF_MILLIS, TimeUnit.MILLISECONDS));
        try {
            wake();
            byte[] target = new byte[1];
            while (receive(target) > 0) {
                // a stranger's
            }
        } catch (IOException e) {
            throw new IOException("the socket at port " + number() + " does not receive what it sends to " + itself
                    + " within " + PROOF_MILLIS + " ms; let the packet filter pass that", e);
        } finally {
            alarm.cancel(false);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
