package dev.shortwire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.shortwire.Bytes;
import dev.shortwire.http.HttpFailure.Cause;
import dev.shortwire.spi.HostPort;
import dev.shortwire.spi.Scheduler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connections to one address, without TLS, for callers who wait for the answer anyway: the thread of the caller writes
/// the request and reads the answer, so no other thread has to be woken, neither for the one nor for the other. Safe for
/// use by any thread.
///
/// A call takes the connection that was used last. Where none is idle it is refused, and another connection is opened for
/// calls to come, by a thread that lives as long as that takes: nobody waits for a connection. A connection that carried a
/// call that was given up is closed.
///
/// **Deadlines.** A thread at a blocking read needs another one that ends the read in time. One timer does that for the
/// pool, set for the earliest deadline that was seen. A call is entered with its connection before `armed` is looked at;
/// the timer clears `armed` before it looks at the calls; so one of the two sees the other.
///
/// **Callers that don't come.** A call whose answer nobody began to read in [#COMES_NANOS] gets a thread of its own that
/// does, found by the same timer: its caller said that it would, and then was held up or forgot.
public final class BlockingPool implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BlockingPool.class);
    private static final long NONE = Long.MAX_VALUE;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /// A connection that was idle for longer, or never used, is looked at first: its end may have gone unnoticed.
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    /// How long a call waits for the thread that is to read its answer, before another is started for it.
    static final long COMES_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /// A timer does not fire so long before its time.
    private static final long EARLY_NANOS = 10_000_000;

    private final HostPort address;
    private final HttpClientOptions options;
    private final Scheduler scheduler;
    private final long origin = System.nanoTime();
    private final Set<BlockingConnection> connections = ConcurrentHashMap.newKeySet();
    private final ArrayDeque<BlockingConnection> idle = new ArrayDeque<>();
    private final AtomicBoolean opening = new AtomicBoolean();
    private volatile long openAfter = origin;
    private volatile long armed = NONE;
    private Scheduler.@Nullable Timer timer;
    private boolean trimming;
    private volatile Head lastHead = new Head("", "", Headers.NONE, Bytes.EMPTY);
    private volatile boolean closed;

    /// The beginning of requests that differ in their bodies only.
    private record Head(String method, String target, Headers headers, Bytes bytes) {}

    BlockingPool(HostPort address, HttpClientOptions options, Scheduler scheduler) {
        this.address = address;
        this.options = options;
        this.scheduler = scheduler;
    }

    public HostPort address() {
        return address;
    }

    int maxResponseBytes() {
        return options.maxResponseBytes();
    }

    /// Sends a request, if there is a connection for it, and returns the call, whose answer the caller reads by
    /// [BlockingCall#await], at once: nobody else does before a moment has passed. Does not block.
    ///
    /// @param timeoutNanos greater than zero
    /// @return null if nothing was sent: no connection is idle, the request is longer than 8 KiB or a HEAD, whose answer
    ///         tells the length of a body that does not follow, the caller is a virtual thread, which would leave the
    ///         socket in a slow mode for all others, or the pool is closed
    public @Nullable BlockingCall call(HttpRequest request, long timeoutNanos, HttpOutcome outcome) {
        if (request.method().equals("HEAD") || Thread.currentThread().isVirtual()) {
            return null;
        }
        Bytes head = head(request);
        if (head.length() + request.body().length() + 64 > BlockingConnection.MAX_REQUEST_BYTES) {
            return null;
        }
        BlockingConnection connection = take();
        if (connection == null) {
            openOneMore();
            return null;
        }
        BlockingCall call = new BlockingCall(this, connection, outcome, System.nanoTime() + timeoutNanos);
        try {
            if (!connection.send(head, request.body())) {
                connection.close();
                return null;
            }
            connection.call = call;
            entered(call.dueNanos());
            if (closed) {
                call.fail(Cause.CLOSED, "the connections to " + address + " are closed");
            }
        } catch (IOException e) {
            call.fail(Cause.CLOSED, "the connection to " + address + " broke: " + e.getMessage());
        }
        return call;
    }

    private Bytes head(HttpRequest request) {
        Head known = lastHead;
        if (known.headers() == request.headers() && known.method().equals(request.method())
                && known.target().equals(request.target())) {
            return known.bytes();
        }
        StringBuilder text = new StringBuilder(request.method()).append(' ').append(request.target())
                .append(" HTTP/1.1\r\nHost: ").append(address).append("\r\n");
        request.headers().forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        Bytes bytes = Bytes.adopt(text.toString().getBytes(ISO_8859_1));
        lastHead = new Head(request.method(), request.target(), request.headers(), bytes);
        return bytes;
    }

    // ---- connections

    private @Nullable BlockingConnection take() {
        while (true) {
            BlockingConnection next;
            synchronized (idle) {
                next = idle.pollLast();
            }
            boolean isFresh = next != null && next.used && System.nanoTime() - next.idleSince < FRESH_NANOS;
            if (next == null || isFresh || next.isWell()) {
                return next;
            }
            next.close();
        }
    }

    /// A connection that can take the next call.
    void release(BlockingConnection connection) {
        connection.call = null;
        boolean trims;
        synchronized (idle) {
            connection.idleSince = System.nanoTime();
            idle.addLast(connection);
            trims = !trimming && options.idleTimeout().isPositive();
            trimming |= trims;
        }
        if (closed) {
            connection.close();
        } else if (trims) {
            trimLater();
        }
    }

    void forget(BlockingConnection connection) {
        if (connections.remove(connection)) {
            synchronized (idle) {
                idle.remove(connection);
            }
        }
    }

    private void openOneMore() {
        if (!closed && connections.size() < options.maxConnections() && System.nanoTime() - openAfter >= 0
                && opening.compareAndSet(false, true)) {
            // A virtual thread would leave the socket in a mode in which each read takes three system calls.
            Thread.ofPlatform().daemon().name("shortwire-http-connect").start(this::open);
        }
    }

    private void open() {
        try (Closing channel = new Closing(SocketChannel.open())) {
            channel.it.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.it.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.it.socket().connect(new InetSocketAddress(address.resolve(), address.port()),
                    (int) options.connectTimeout().toMillis());
            BlockingConnection connection = new BlockingConnection(this, channel.keep());
            connections.add(connection);
            release(connection);
        } catch (IOException e) {
            openAfter = System.nanoTime() + RETRY_NANOS;
            log.debug("No connection to {} for callers that wait: {}", address, e.toString());
        } finally {
            opening.set(false);
        }
    }

    /// A channel that is closed unless it is kept.
    private static final class Closing implements AutoCloseable {
        final SocketChannel it;
        private boolean kept;

        Closing(SocketChannel it) {
            this.it = it;
        }

        SocketChannel keep() {
            kept = true;
            return it;
        }

        @Override
        public void close() throws IOException {
            if (!kept) {
                it.close();
            }
        }
    }

    private void trimLater() {
        var _ = scheduler.schedule(options.idleTimeout().toNanos() / 2 + 1, this::trim);
    }

    private void trim() {
        List<BlockingConnection> old = new ArrayList<>();
        long now = System.nanoTime();
        boolean again;
        synchronized (idle) {
            while (!idle.isEmpty() && now - idle.getFirst().idleSince >= options.idleTimeout().toNanos()) {
                old.add(idle.removeFirst());
            }
            again = !idle.isEmpty() && !closed;
            trimming = again;
        }
        old.forEach(BlockingConnection::close);
        if (again) {
            trimLater();
        }
    }

    // ---- deadlines

    private void entered(long dueNanos) {
        if (dueNanos - origin < armed) {
            arm(dueNanos - origin);
        }
    }

    private synchronized void arm(long due) {
        if (due < armed && !closed) {
            if (timer != null) {
                timer.cancel();
            }
            armed = due;
            timer = scheduler.schedule(Math.max(0, due - (System.nanoTime() - origin)), () -> fire(due));
        }
    }

    /// A scheduler that is closed fires all timers at once, so that whoever waits is told: so does this then.
    private void fire(long due) {
        synchronized (this) {
            if (armed == due) {
                armed = NONE;
            }
        }
        long now = System.nanoTime();
        boolean early = due - (now - origin) > EARLY_NANOS;
        long next = NONE;
        for (BlockingConnection connection : connections) {
            BlockingCall call = connection.call;
            if (call != null && (early || call.deadlineNanos - now <= 0)) {
                call.expire();
            } else if (call != null) {
                if (!call.isAwaited() && call.dueNanos() - now <= 0) {
                    Thread.ofPlatform().daemon().name("shortwire-http-read").start(call::await);
                    next = Math.min(next, call.deadlineNanos - origin);
                } else {
                    next = Math.min(next, call.dueNanos() - origin);
                }
            }
        }
        if (next != NONE) {
            arm(next);
        }
    }

    /// Closes all connections; calls on their way fail as closed. Safe to repeat.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (timer != null) {
                timer.cancel();
            }
        }
        for (BlockingConnection connection : List.copyOf(connections)) {
            BlockingCall call = connection.call;
            if (call != null) {
                call.fail(Cause.CLOSED, "the connections to " + address + " are closed");
            }
            connection.close();
        }
    }
}
