package dev.shortwire.wire.grpc;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The few threads that a gRPC server and the links of one node share, and the kinds of channel that run on them:
/// daemons named `shortwire-grpc-…`, each started when it is first needed. On Linux they use epoll, which Unix sockets
/// need; elsewhere, and where its library can't be loaded, NIO.
final class GrpcLoops implements AutoCloseable {
    private static final int THREADS = 2;
    private static final AtomicInteger LAST_THREAD = new AtomicInteger();

    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(THREADS, GrpcLoops::thread,
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

    private static Thread thread(Runnable work) {
        Thread thread = new FastThreadLocalThread(work, "shortwire-grpc-" + LAST_THREAD.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /// Why there are no Unix sockets here, in one sentence for people; null where there are.
    static @Nullable String unixUnavailable() {
        Throwable cause = Epoll.unavailabilityCause();
        return cause == null ? null : "gRPC over a Unix socket needs epoll: " + cause;
    }

    EventLoopGroup group() {
        return group;
    }

    EventLoop next() {
        return group.next();
    }

    /// The loop whose thread this is, or null on another thread.
    @Nullable
    EventLoop current() {
        for (EventExecutor executor : group) {
            if (executor.inEventLoop() && executor instanceof EventLoop loop) {
                return loop;
            }
        }
        return null;
    }

    Class<? extends Channel> channelType(Address address) {
        return switch (address) {
            case Address.Unix _ -> EpollDomainSocketChannel.class;
            case Address.Tcp _ -> epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        };
    }

    ServerChannel newServerChannel(Address address) {
        return switch (address) {
            case Address.Unix _ -> new EpollServerDomainSocketChannel();
            case Address.Tcp _ -> epoll ? new EpollServerSocketChannel() : new NioServerSocketChannel();
        };
    }

    /// Ends the threads and waits for that, up to three seconds. Safe to repeat.
    @Override
    public void close() {
        var ended = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        if (current() == null) {
            ended.awaitUninterruptibly(3, TimeUnit.SECONDS);
        }
    }
}
