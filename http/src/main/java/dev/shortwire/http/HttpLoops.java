package dev.shortwire.http;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The few threads that a server and the clients of one node share: daemons named `shortwire-http-…`. Whoever starts
/// them closes them, after the servers and clients that run on them.
public final class HttpLoops implements AutoCloseable {
    public static final int DEFAULT_THREADS = 2;

    private static final AtomicInteger LAST_THREAD = new AtomicInteger();

    private final EventLoopGroup group;

    private HttpLoops(int threads) {
        this.group = new MultiThreadIoEventLoopGroup(threads, HttpLoops::thread, NioIoHandler.newFactory());
    }

    /// Two threads, each started when it is first needed.
    public static HttpLoops start() {
        return start(DEFAULT_THREADS);
    }

    /// That many threads, 1 or more, each started when it is first needed.
    public static HttpLoops start(int threads) {
        return new HttpLoops(threads);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new FastThreadLocalThread(work, "shortwire-http-" + LAST_THREAD.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    EventLoopGroup group() {
        return group;
    }

    EventLoop next() {
        return group.next();
    }

    /// Whether the current thread is one of these, which must never wait for itself.
    boolean isCurrentThread() {
        for (EventExecutor loop : group) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    /// Ends the threads and waits for that, up to three seconds. Safe to repeat.
    @Override
    public void close() {
        var ended = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        if (!isCurrentThread()) {
            ended.awaitUninterruptibly(3, TimeUnit.SECONDS);
        }
    }
}
