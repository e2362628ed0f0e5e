package dev.shortwire.http;

import dev.shortwire.http.HttpFailure.Cause;
import dev.shortwire.spi.HostPort;
import dev.shortwire.spi.Scheduler;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections to one address. All of it happens on one event loop, so that there is nothing to lock; the public
/// methods may be called by any thread.
///
/// A call takes the connection that was used last, or waits in line while one more is opened, up to the maximum. A
/// connection that carried a call that was given up is closed.
///
/// Where the server is known to speak HTTP/2 ([#share]), small calls share one connection of that kind, and what it can't
/// take at the moment goes as above.
public final class ConnectionPool implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConnectionPool.class);

    private static final String HTTP_2 = "h2";
    private static final long FIRST_SHARE_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_SHARE_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final HostPort address;
    private final HttpClientOptions options;
    private final EventLoop loop;
    private final @Nullable ClientTls tls;
    private final LossListener listener;
    private final Set<ClientConnection> connections = new HashSet<>();
    private final ArrayDeque<ClientConnection> idle = new ArrayDeque<>();
    private final LinkedHashSet<PooledCall> queue = new LinkedHashSet<>();
    private final Set<SharedConnection> leaving = new HashSet<>();
    private final PoolDeadlines deadlines;
    private int connecting;
    private boolean trimming;
    private boolean sharing;
    private boolean connectingShared;
    private long shareAfter;
    private long sharePause = FIRST_SHARE_PAUSE_NANOS;
    private @Nullable SharedConnection shared;
    private volatile boolean closed;

    ConnectionPool(HostPort address, HttpClientOptions options, Scheduler scheduler, EventLoop loop,
            @Nullable ClientTls tls, LossListener listener) {
        this.address = address;
        this.options = options;
        this.loop = loop;
        this.tls = tls;
        this.deadlines = new PoolDeadlines(scheduler, work -> execute(work), this::underWay);
        this.listener = listener;
    }

    /// Who is told that the other end closed a connection, or that it broke. Called on the event loop; must not block.
    @FunctionalInterface
    public interface LossListener {
        /// @param left connections that are still open
        void lost(int left);
    }

    public HostPort address() {
        return address;
    }

    /// Sends a request, see [HttpClient#call]. Where the pool has one connection only, requests leave in the order of
    /// these calls: none takes a short cut, not even one that is made on the event loop.
    public HttpCall call(HttpRequest request, long timeoutNanos, HttpOutcome outcome) {
        PooledCall call = new PooledCall(this, request, outcome, System.nanoTime() + timeoutNanos);
        if (timeoutNanos <= 0) {
            call.fail(Cause.DEADLINE, "no time was left for the call to " + address);
            return call;
        }
        if (!enqueue(() -> start(call))) {
            call.fail(Cause.CLOSED, "the client is closed");
        }
        return call;
    }

    /// Lets small calls share one connection by HTTP/2 from now on, as long as that works: with prior knowledge (RFC 9113,
    /// section 3.3), for servers that are known to speak it; over TLS agreed by ALPN, as section 3.2 asks. What stands
    /// between us and the server and does not agree gets HTTP/1.1.
    public void share() {
        execute(() -> {
            sharing = true;
            shareAfter = System.nanoTime();
            openShared();
        });
    }

    private void execute(Runnable work) {
        if (loop.inEventLoop()) {
            work.run();
        } else {
            enqueue(work);
        }
    }

    private boolean enqueue(Runnable work) {
        try {
            loop.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            log.debug("A call to {} came after its threads were closed", address);
            return false;
        }
    }

    // ---- on the event loop from here on

    private void start(PooledCall call) {
        if (closed) {
            call.fail(Cause.CLOSED, "the connections to " + address + " are closed");
            return;
        }
        SharedConnection sharedNow = shared;
        HttpRequest request = call.request();
        if (sharedNow != null && request != null && sharedNow.takes(request)) {
            sharedNow.send(call, request);
            deadlines.entered(call.deadlineNanos);
            return;
        }
        if (sharing && sharedNow == null) {
            openShared();
        }
        sendAlone(call);
        deadlines.entered(call.deadlineNanos);
    }

    private void sendAlone(PooledCall call) {
        ClientConnection ready = pollIdle();
        if (ready != null) {
            ready.send(call);
        } else if (connecting + connections.size() >= options.maxConnections()
                && queue.size() >= options.maxQueued()) {
            call.fail(Cause.BUSY, "all " + options.maxConnections() + " connections to " + address + " are in use and "
                    + queue.size() + " calls wait; slow down");
        } else {
            queue.add(call);
            grow();
        }
    }

    /// A call that the shared connection did not take although it was sent; certainly nothing happened.
    void sendOtherwise(PooledCall call) {
        call.markUnsent();
        if (closed) {
            call.fail(Cause.CLOSED, "the connections to " + address + " are closed");
        } else if (!call.isDone()) {
            sendAlone(call);
        }
    }

    /// The calls that have no outcome yet.
    private List<PooledCall> underWay() {
        List<PooledCall> calls = new ArrayList<>(queue);
        for (ClientConnection connection : connections) {
            PooledCall carried = connection.carried();
            if (carried != null) {
                calls.add(carried);
            }
        }
        if (shared != null) {
            shared.forEachCall(calls::add);
        }
        leaving.forEach(old -> old.forEachCall(calls::add));
        return calls;
    }

    private @Nullable ClientConnection pollIdle() {
        for (ClientConnection next = idle.pollLast(); next != null; next = idle.pollLast()) {
            if (next.isUsable()) {
                return next;
            }
        }
        return null;
    }

    private void grow() {
        while (connecting < queue.size() && connecting + connections.size() < options.maxConnections()) {
            connecting++;
            if (address.isLiteral()) {
                lookUpAndConnect();
            } else {
                Thread.ofVirtual().name("shortwire-http-lookup").start(this::lookUpAndConnect);
            }
        }
    }

    private void lookUpAndConnect() {
        lookUpAndConnect(channel -> ClientConnection.install(channel, this, options.maxResponseBytes()),
                channel -> connected(channel.pipeline().get(ClientConnection.class)), this::connectFailed);
    }

    /// @param install   makes the pipeline
    /// @param connected told, on the event loop, when the connection can be used
    /// @param failed    told, on the event loop, that there is none
    /// @param protocols one of which is to be agreed by ALPN if there is TLS; none: no ALPN
    private void lookUpAndConnect(Consumer<Channel> install, Consumer<Channel> connected, Consumer<Throwable> failed,
            String... protocols) {
        try {
            InetAddress host = address.resolve();
            execute(() -> connect(new InetSocketAddress(host, address.port()), install, connected, failed, protocols));
        } catch (UnknownHostException e) {
            execute(() -> failed.accept(e));
        }
    }

    private void connect(InetSocketAddress target, Consumer<Channel> install, Consumer<Channel> connected,
            Consumer<Throwable> failed, String... protocols) {
        var _ = new Bootstrap().group(loop).channel(NioSocketChannel.class).option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) options.connectTimeout().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        install.accept(channel);
                        if (tls != null) {
                            TlsPipe.install(channel, tls.engine(protocols), options.connectTimeout());
                        }
                    }
                }).connect(target).addListener((ChannelFuture done) -> {
                    if (done.isSuccess()) {
                        shakeHands(done.channel(), connected, failed, protocols);
                    } else {
                        failed.accept(done.cause());
                    }
                });
    }

    private void shakeHands(Channel channel, Consumer<Channel> connected, Consumer<Throwable> failed,
            String... protocols) {
        SslHandler handler = TlsPipe.of(channel);
        ClientTls checking = tls;
        if (checking == null || handler == null) {
            connected.accept(channel);
            return;
        }
        var _ = handler.handshakeFuture().addListener(done -> {
            try {
                if (!done.isSuccess()) {
                    throw done.cause();
                }
                checking.check(handler.engine().getSession());
                String agreed = handler.applicationProtocol();
                if (protocols.length > 0 && !Arrays.asList(protocols).contains(agreed)) {
                    throw new SSLException(
                            address + " speaks " + agreed + " by ALPN, not " + String.join(", ", protocols));
                }
            } catch (Throwable refused) {
                var _ = channel.close();
                failed.accept(refused);
                return;
            }
            connected.accept(channel);
        });
    }

    private void connected(ClientConnection connection) {
        connecting--;
        if (closed || !connection.isUsable()) {
            connection.close();
            failQueuedIfAlone(Cause.CLOSED, "the connection to " + address + " ended as soon as it was open");
            return;
        }
        connections.add(connection);
        ready(connection);
    }

    private void connectFailed(Throwable cause) {
        connecting--;
        // A connect that the kernel gives up on by itself takes minutes; ours ends before, as a ConnectTimeoutException.
        boolean refused = cause instanceof ConnectException && !(cause instanceof ConnectTimeoutException);
        String tlsFault = TlsPipe.faultOf(cause);
        failQueuedIfAlone(refused ? Cause.REFUSED : Cause.UNREACHABLE,
                "can't connect to " + address + ": " + (tlsFault == null ? cause.getMessage() : tlsFault));
    }

    /// What waits has nothing left to wait for where no connection is open or being opened.
    private void failQueuedIfAlone(Cause cause, String message) {
        if (connections.isEmpty() && connecting == 0) {
            List<PooledCall> waiting = new ArrayList<>(queue);
            queue.clear();
            waiting.forEach(call -> call.fail(cause, message));
        }
    }

    private void openShared() {
        if (connectingShared || shared != null || closed || System.nanoTime() - shareAfter < 0) {
            return;
        }
        connectingShared = true;
        shareAfter = System.nanoTime() + sharePause;
        sharePause = Math.min(2 * sharePause, LONGEST_SHARE_PAUSE_NANOS);
        Runnable opening = () -> lookUpAndConnect(
                channel -> SharedConnection.install(channel, this, options.maxResponseBytes(), tls != null),
                this::sharedConnected, refused -> {
                    connectingShared = false;
                    log.debug("No HTTP/2 with {}", address, refused);
                }, HTTP_2);
        if (address.isLiteral()) {
            opening.run();
        } else {
            Thread.ofVirtual().name("shortwire-http-lookup").start(opening);
        }
    }

    private void sharedConnected(Channel channel) {
        connectingShared = false;
        SharedConnection connection = channel.pipeline().get(SharedConnection.class);
        if (closed) {
            connection.close();
        } else if (!connection.isEnded()) {
            shared = connection;
            connection.begin();
        }
    }

    /// The other end of the shared connection has shown that it speaks HTTP/2.
    void sharedIsWell() {
        sharePause = FIRST_SHARE_PAUSE_NANOS;
    }

    /// The shared connection takes no more calls, or has ended.
    void sharedLeaves(SharedConnection connection) {
        if (shared == connection) {
            shared = null;
        }
        if (connection.isEnded()) {
            leaving.remove(connection);
        } else {
            leaving.add(connection);
        }
    }

    /// A connection that can take the next call.
    void ready(ClientConnection connection) {
        while (!queue.isEmpty()) {
            PooledCall next = queue.removeFirst();
            if (!next.isDone()) {
                connection.send(next);
                return;
            }
        }
        connection.idleSince = System.nanoTime();
        idle.addLast(connection);
        trimLater();
    }

    /// A connection that ended.
    ///
    /// @param byPeer whether we did not close it
    void gone(ClientConnection connection, boolean byPeer) {
        if (connections.remove(connection)) {
            idle.remove(connection);
            grow();
            failQueuedIfAlone(Cause.CLOSED, "the connection to " + address + " ended");
            if (byPeer && !closed) {
                listener.lost(connections.size());
            }
        }
    }

    /// A call that was given up.
    void forget(PooledCall call) {
        execute(() -> {
            queue.remove(call);
            Carrier carrier = call.carrier;
            if (carrier != null) {
                carrier.giveUp();
            }
        });
    }

    private void trimLater() {
        long idleNanos = options.idleTimeout().toNanos();
        if (idleNanos > 0 && !trimming && !closed) {
            trimming = true;
            var _ = loop.schedule(this::trim, idleNanos / 2 + 1, TimeUnit.NANOSECONDS);
        }
    }

    private void trim() {
        trimming = false;
        long now = System.nanoTime();
        while (!idle.isEmpty() && now - idle.getFirst().idleSince >= options.idleTimeout().toNanos()) {
            idle.removeFirst().close();
        }
        if (!idle.isEmpty()) {
            trimLater();
        }
    }

    /// Closes all connections; calls on their way fail as closed. Does not wait. Safe to repeat.
    @Override
    public void close() {
        closed = true;
        execute(() -> {
            List<PooledCall> waiting = new ArrayList<>(queue);
            queue.clear();
            waiting.forEach(call -> call.fail(Cause.CLOSED, "the connections to " + address + " are closed"));
            deadlines.close();
            new ArrayList<>(connections).forEach(ClientConnection::close);
            new ArrayList<>(leaving).forEach(SharedConnection::close);
            if (shared != null) {
                shared.close();
            }
        });
    }
}
