package dev.shortwire.wire.tcp;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.HostPort;
import dev.shortwire.wire.FrameHandler.Caller;
import dev.shortwire.wire.stream.ChannelAcceptor;
import dev.shortwire.wire.stream.ChannelPipe;
import dev.shortwire.wire.stream.FaultLog;
import dev.shortwire.wire.stream.Pipe;
import dev.shortwire.wire.stream.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/// TCP sockets of the JDK: nothing is delayed, and a peer whose host is gone without a word is noticed after half a
/// minute, by the kernel's own probes.
public final class TcpTransport implements Transport {
    private static final int BACKLOG = 1024;
    private static final int PORT_ATTEMPTS = 20;
    private static final int PROBE_AFTER_SECONDS = 15;
    private static final int PROBE_SECONDS = 5;
    private static final int PROBES = 3;

    private final FaultLog faults = new FaultLog(TcpWireProvider.NAME);
    private final boolean allowRemote;

    /// @param allowRemote whether other addresses than loopback may be bound
    public TcpTransport(boolean allowRemote) {
        this.allowRemote = allowRemote;
    }

    @Override
    public String name() {
        return TcpWireProvider.NAME;
    }

    @Override
    public Acceptor listen(String address) {
        HostPort wanted = HostPort.parse(address.isEmpty() ? "127.0.0.1:0" : address);
        try {
            List<InetAddress> interfaces = new ArrayList<>();
            for (String host : wanted.bindHosts()) {
                interfaces.add(new HostPort(host, 0).resolve());
            }
            for (InetAddress one : interfaces) {
                require(allowRemote || one.isLoopbackAddress(), "tcp address " + wanted + " must be loopback"
                        + " (127.0.0.1 or ::1), since frames over plain tcp have neither encryption nor authentication;"
                        + " use TLS, or tell with --allow-plaintext --allow-anonymous that the network is safe");
            }
            List<ServerSocketChannel> channels = bind(interfaces, wanted.port());
            int port = ((InetSocketAddress) channels.getFirst().getLocalAddress()).getPort();
            return new ChannelAcceptor(wanted.withPort(port).toString(), channels, this::pipe, faults, () -> {});
        } catch (IOException e) {
            throw new ConfigurationException("can't listen at tcp address " + wanted + ": " + e.getMessage()
                    + "; choose a free port of an address of this machine");
        }
    }

    /// Binds all at the same port. A free port of the first may be taken at the second: then it is another's turn.
    private static List<ServerSocketChannel> bind(List<InetAddress> interfaces, int port) throws IOException {
        for (int attempt = 1;; attempt++) {
            List<ServerSocketChannel> bound = new ArrayList<>();
            int chosen = port;
            try {
                for (InetAddress one : interfaces) {
                    ServerSocketChannel channel = ServerSocketChannel.open();
                    bound.add(channel);
                    channel.bind(new InetSocketAddress(one, chosen), BACKLOG);
                    chosen = ((InetSocketAddress) channel.getLocalAddress()).getPort();
                }
                return bound;
            } catch (IOException e) {
                for (ServerSocketChannel channel : bound) {
                    channel.close();
                }
                if (port != 0 || !(e instanceof BindException) || attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Pipe connect(String address, long timeoutNanos) throws IOException {
        HostPort named = HostPort.parse(address);
        InetSocketAddress target = new InetSocketAddress(named.resolve(), named.port());
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(target,
                    Math.clamp(TimeUnit.NANOSECONDS.toMillis(timeoutNanos), 1, Integer.MAX_VALUE));
            if (target.equals(channel.getLocalAddress())) {
                throw new ConnectException("nobody listens there: the socket met itself");
            }
            return pipe(channel);
        } catch (ConnectException e) {
            channel.close();
            throw isRefusal(e) ? e : new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// The JDK also says so of a host that did not answer, which proves nothing.
    private static boolean isRefusal(ConnectException fault) {
        String message = fault.getMessage();
        return message == null || !message.contains("timed out");
    }

    private Pipe pipe(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, PROBE_AFTER_SECONDS);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, PROBE_SECONDS);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        }
        InetSocketAddress peer = (InetSocketAddress) channel.getRemoteAddress();
        String shown = new HostPort(peer.getAddress().getHostAddress(), peer.getPort()).toString();
        return new ChannelPipe(channel, shown, Caller.ANONYMOUS);
    }
}
