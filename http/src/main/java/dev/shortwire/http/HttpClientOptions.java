package dev.shortwire.http;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.Limits;
import java.time.Duration;

/// The bounds of a client, for each address that it talks to.
///
/// @param maxConnections   connections to one address, 1 or more; they are opened as they are needed. Raising it costs
///                         sockets at both ends.
/// @param maxQueued        calls that wait for a connection beyond these, 0 or more; further ones are refused as busy
/// @param maxResponseBytes longest body of a response
/// @param connectTimeout   how long opening a connection may take
/// @param idleTimeout      how long an unused connection is kept; zero: as long as the server keeps it
public record HttpClientOptions(int maxConnections, int maxQueued, int maxResponseBytes, Duration connectTimeout,
        Duration idleTimeout) {
    /// 256 connections, 8,192 waiting calls, 17 MiB, 2 s to connect, 30 s idle.
    public static final HttpClientOptions DEFAULT = new HttpClientOptions(256, 8192, Limits.MAX_VALUE_BYTES + (1 << 20),
            Duration.ofSeconds(2), Duration.ofSeconds(30));

    public HttpClientOptions {
        require(maxConnections >= 1, "max-connections=" + maxConnections + " must be >= 1; set http.max-connections");
        require(maxQueued >= 0, "max-queued=" + maxQueued + " must be >= 0; set http.max-queued");
        require(maxResponseBytes >= 0,
                "max-response-bytes=" + maxResponseBytes + " must be >= 0; set http.max-response-bytes");
        require(connectTimeout.isPositive() && connectTimeout.compareTo(Duration.ofMinutes(1)) <= 0,
                "connect-timeout=" + connectTimeout + " must be > 0 and at most 1 minute; set http.connect-timeout");
        require(!idleTimeout.isNegative(), "idle-timeout=" + idleTimeout + " must be >= 0; set http.idle-timeout");
    }

    public HttpClientOptions withMaxConnections(int value) {
        return new HttpClientOptions(value, maxQueued, maxResponseBytes, connectTimeout, idleTimeout);
    }

    public HttpClientOptions withMaxQueued(int value) {
        return new HttpClientOptions(maxConnections, value, maxResponseBytes, connectTimeout, idleTimeout);
    }

    public HttpClientOptions withMaxResponseBytes(int value) {
        return new HttpClientOptions(maxConnections, maxQueued, value, connectTimeout, idleTimeout);
    }

    public HttpClientOptions withConnectTimeout(Duration value) {
        return new HttpClientOptions(maxConnections, maxQueued, maxResponseBytes, value, idleTimeout);
    }

    public HttpClientOptions withIdleTimeout(Duration value) {
        return new HttpClientOptions(maxConnections, maxQueued, maxResponseBytes, connectTimeout, value);
    }
}
