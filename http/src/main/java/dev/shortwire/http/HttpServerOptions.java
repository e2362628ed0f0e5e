package dev.shortwire.http;

import static dev.shortwire.ConfigurationException.require;

import java.time.Duration;
import java.util.Set;

/// The bounds of a server.
///
/// @param allowRemote         whether addresses other than loopback may be bound without TLS and authentication
/// @param hostNames           names and addresses that a `Host` header may have beside those of loopback and those that
///                            are bound; empty on a server that is bound remotely: any
/// @param maxRequestLineBytes longest request line, 1 KiB or more
/// @param maxHeaderBytes      most bytes of all headers of a request, 1 KiB or more
/// @param maxConnections      connections open at once, 1 or more; further ones are closed at once
/// @param maxBufferedBytes    bytes of request bodies held at once, over all connections; an eighth of it besides for
///                            heads of requests that are longer than 8 KiB and not yet complete
/// @param requestTimeout      how long a request may take to arrive, and an answer may make no progress
/// @param idleTimeout         how long a connection may be open without a request; half of all connections may ask to be
///                            left open longer
/// @param drainTimeout        how long closing waits for answers
public record HttpServerOptions(boolean allowRemote, Set<String> hostNames, int maxRequestLineBytes, int maxHeaderBytes,
        int maxConnections, long maxBufferedBytes, Duration requestTimeout, Duration idleTimeout,
        Duration drainTimeout) {
    /// A key of 64 KiB, each byte written as three characters, and 8 KiB for the rest of the line.
    public static final int DEFAULT_MAX_REQUEST_LINE_BYTES = 3 * 64 * 1024 + 8 * 1024;

    /// A quarter of the greatest heap, at least room for two values and at most 256 MiB.
    static final long DEFAULT_MAX_BUFFERED_BYTES = defaultMaxBufferedBytes(Runtime.getRuntime().maxMemory());

    /// Loopback only, 200 KiB for the request line, 16 KiB for the headers, 4,096 connections, a quarter of the heap, 34
    /// to 256 MiB, for bodies, 10 s for a request, 60 s idle, 2 s to drain.
    public static final HttpServerOptions DEFAULT = new HttpServerOptions(false, Set.of(),
            DEFAULT_MAX_REQUEST_LINE_BYTES, 16 * 1024, 4096, DEFAULT_MAX_BUFFERED_BYTES, Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(2));

    public HttpServerOptions {
        hostNames = Set.copyOf(hostNames);
        require(maxRequestLineBytes >= 1024,
                "max-request-line-bytes=" + maxRequestLineBytes + " must be >= 1024; set http.max-request-line-bytes");
        require(maxHeaderBytes >= 1024,
                "max-header-bytes=" + maxHeaderBytes + " must be >= 1024; set http.max-header-bytes");
        require(maxConnections >= 1, "max-connections=" + maxConnections + " must be >= 1; set http.max-connections");
        require(maxBufferedBytes >= 1024,
                "max-buffered-bytes=" + maxBufferedBytes + " must be >= 1024; set http.max-buffered-bytes");
        require(requestTimeout.isPositive(),
                "request-timeout=" + requestTimeout + " must be > 0; set http.request-timeout");
        require(idleTimeout.isPositive(), "idle-timeout=" + idleTimeout + " must be > 0; set http.idle-timeout");
        require(!drainTimeout.isNegative(), "drain-timeout=" + drainTimeout + " must be >= 0; set http.drain-timeout");
    }

    static long defaultMaxBufferedBytes(long maxHeapBytes) {
        return Math.clamp(maxHeapBytes / 4, 34L << 20, 256L << 20);
    }

    public HttpServerOptions withAllowRemote(boolean value) {
        return new HttpServerOptions(value, hostNames, maxRequestLineBytes, maxHeaderBytes, maxConnections,
                maxBufferedBytes, requestTimeout, idleTimeout, drainTimeout);
    }

    public HttpServerOptions withHostNames(Set<String> value) {
        return new HttpServerOptions(allowRemote, value, maxRequestLineBytes, maxHeaderBytes, maxConnections,
                maxBufferedBytes, requestTimeout, idleTimeout, drainTimeout);
    }

    public HttpServerOptions withMaxConnections(int value) {
        return new HttpServerOptions(allowRemote, hostNames, maxRequestLineBytes, maxHeaderBytes, value,
                maxBufferedBytes, requestTimeout, idleTimeout, drainTimeout);
    }

    public HttpServerOptions withMaxBufferedBytes(long value) {
        return new HttpServerOptions(allowRemote, hostNames, maxRequestLineBytes, maxHeaderBytes, maxConnections, value,
                requestTimeout, idleTimeout, drainTimeout);
    }

    public HttpServerOptions withTimeouts(Duration request, Duration idle, Duration drain) {
        return new HttpServerOptions(allowRemote, hostNames, maxRequestLineBytes, maxHeaderBytes, maxConnections,
                maxBufferedBytes, request, idle, drain);
    }
}
