package dev.shortwire.wire.udp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;

/// A socket of the JDK.
///
/// It is a [DatagramSocket], not a `DatagramChannel`, for two reasons. A channel that blocks is closed when a thread in it
/// is interrupted, and here callers' threads send and receive, whose interruption must end their own call and no more. A
/// channel that does not block costs two system calls for each datagram that is waited for, `epoll_wait` and `recvfrom`,
/// instead of one. (A virtual thread that sends makes the JDK change the socket for good: from then on it takes
/// two here as well.)
///
/// A blocked receiver is woken by an empty datagram that the socket sends to itself: it stays in the socket's buffer until
/// it was received, so that it can't come too early. Strangers who send empty datagrams wake it for nothing.
final class SocketPort implements DatagramPort {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final byte[] NOTHING = new byte[0];

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
            // It is closed, which wakes as well, or takes nothing: then its buffers are full, and nobody waits.
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
