package dev.shortwire.http;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.HostPort;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Binds several addresses to one port, all or none.
final class Binding {
    /// How often another port is tried when one that was free on the first address is taken on the next.
    private static final int ATTEMPTS = 20;

    private Binding() {}

    /// The addresses of these hosts, if this server may listen there.
    static List<InetSocketAddress> resolve(List<String> hosts, int port, boolean allowRemote) {
        require(!hosts.isEmpty(), "a server must listen on one address or more; set listen=127.0.0.1:" + port);
        require(port >= 0 && port <= 65_535, "port=" + port + " must be 0 to 65535; set another port");
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String host : hosts) {
            InetSocketAddress address = new InetSocketAddress(lookUp(host), port);
            require(allowRemote || address.getAddress().isLoopbackAddress(), "listen address " + show(address)
                    + " is not loopback, and without TLS and authentication anyone could read and write the cache;"
                    + " listen on 127.0.0.1, or pass --allow-plaintext --allow-anonymous");
            addresses.add(address);
        }
        return addresses;
    }

    private static InetAddress lookUp(String host) {
        try {
            return new HostPort(host, 0).resolve();
        } catch (UnknownHostException e) {
            throw new ConfigurationException("listen host \"" + host + "\" must be an address of this machine; "
                    + "set 127.0.0.1 or another address that it has");
        }
    }

    static List<Channel> bindAll(List<InetSocketAddress> wanted, Function<InetSocketAddress, ChannelFuture> listen) {
        boolean anyPort = wanted.getFirst().getPort() == 0;
        for (int attempt = 1;; attempt++) {
            List<Channel> bound = new ArrayList<>();
            Failure failure = tryAll(wanted, listen, bound);
            if (failure == null) {
                return List.copyOf(bound);
            }
            closeAll(bound, true);
            boolean mayBeFreeElsewhere = anyPort && bound.size() > 0 && attempt < ATTEMPTS;
            if (!mayBeFreeElsewhere) {
                throw new ConfigurationException("can't listen on " + show(failure.address) + ": "
                        + failure.cause.getMessage()
                        + "; stop what listens there, or set another port (0 for a free one)");
            }
        }
    }

    /// The address that could not be had, and why.
    private record Failure(InetSocketAddress address, Throwable cause) {}

    private static @Nullable Failure tryAll(List<InetSocketAddress> wanted,
            Function<InetSocketAddress, ChannelFuture> listen, List<Channel> bound) {
        for (InetSocketAddress address : wanted) {
            int port = bound.isEmpty() ? address.getPort()
                    : ((InetSocketAddress) bound.getFirst().localAddress()).getPort();
            InetSocketAddress exact = new InetSocketAddress(address.getAddress(), port);
            ChannelFuture done = listen.apply(exact).awaitUninterruptibly();
            if (!done.isSuccess()) {
                return new Failure(exact, done.cause());
            }
            bound.add(done.channel());
        }
        return null;
    }

    static void closeAll(List<Channel> channels, boolean wait) {
        for (Channel channel : channels) {
            ChannelFuture done = channel.close();
            if (wait) {
                done.awaitUninterruptibly(1_000);
            }
        }
    }

    private static String show(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }
}
