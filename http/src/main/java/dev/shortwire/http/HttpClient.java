package dev.shortwire.http;

import dev.shortwire.spi.HostPort;
import dev.shortwire.spi.Scheduler;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A client that does not block: for each address a pool of connections that are kept alive, one request at a time on
/// each. Nothing is repeated by itself, redirects are not followed. Safe for use by any thread.
public final class HttpClient implements AutoCloseable {
    private final HttpClientOptions options;
    private final Scheduler scheduler;
    private final HttpLoops loops;
    private final @Nullable ClientTls tls;
    private final ConcurrentHashMap<HostPort, ConnectionPool> pools = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// @param scheduler of the deadlines
    /// @param loops     the threads; the caller closes them, after this client
    public HttpClient(HttpClientOptions options, Scheduler scheduler, HttpLoops loops) {
        this(options, scheduler, loops, null);
    }

    /// @param tls with what connections are encrypted; null: they are not
    public HttpClient(HttpClientOptions options, Scheduler scheduler, HttpLoops loops, @Nullable ClientTls tls) {
        this.options = options;
        this.scheduler = scheduler;
        this.loops = loops;
        this.tls = tls;
    }

    /// Sends a request and tells `outcome` once, at the latest when `timeoutNanos` (greater than zero) have passed, on a
    /// thread of the client's or the scheduler's, or on the caller's before this returns.
    public HttpCall call(HostPort address, HttpRequest request, long timeoutNanos, HttpOutcome outcome) {
        ConnectionPool pool = pools.computeIfAbsent(address, a -> open(a, options, lost -> {}));
        HttpCall call = pool.call(request, timeoutNanos, outcome);
        if (closed) {
            pool.close();
        }
        return call;
    }

    /// A pool of its own for one address, which the caller closes. It opens nothing until it is used.
    public ConnectionPool open(HostPort address, HttpClientOptions poolOptions, ConnectionPool.LossListener listener) {
        return new ConnectionPool(address, poolOptions, scheduler, loops.next(), tls, listener);
    }

    /// Connections to one address for callers who lend their threads, which the caller closes. It opens nothing until it
    /// is used. For a client without TLS only.
    ///
    /// @throws IllegalStateException if this client encrypts its connections
    public BlockingPool openBlocking(HostPort address, HttpClientOptions poolOptions) {
        if (tls != null) {
            throw new IllegalStateException("connections that callers read themselves have no TLS; use open");
        }
        return new BlockingPool(address, poolOptions, scheduler);
    }

    /// Closes all connections that [#call] opened; calls on their way fail as closed. Safe to repeat.
    @Override
    public void close() {
        closed = true;
        pools.values().forEach(ConnectionPool::close);
    }
}
