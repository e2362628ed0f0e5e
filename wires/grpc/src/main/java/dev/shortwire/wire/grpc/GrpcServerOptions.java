package dev.shortwire.wire.grpc;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.wire.WireSettings;
import java.time.Duration;

/// The bounds of a gRPC server.
///
/// @param allowRemote        whether addresses other than loopback may be bound without TLS and authentication
/// @param maxMessageBytes    longest message that is accepted, 64 KiB or more; a longer one ends its call before memory
///                           is taken for it
/// @param maxMetadataBytes   most bytes of the headers of a call, 1 KiB or more
/// @param maxConnections     connections open at once, 1 or more; further ones are closed at once
/// @param maxCallsPerConnection calls and streams that a connection has at once, 1 or more
/// @param maxBufferedBytes   bytes of requests that are arriving, over all connections; what would be more is refused
/// @param minKeepAliveTime   how often a client may ping, 1 ms or more; one that does so more often is cut off
/// @param handshakeTimeout   how long a connection may take until it speaks HTTP/2
/// @param maxConnectionIdle  how long a connection may be open without a call
/// @param maxConnectionAge   how long a connection takes new calls; those that it has go on, links between nodes too
/// @param drainTimeout       how long closing waits for calls
public record GrpcServerOptions(boolean allowRemote, int maxMessageBytes, int maxMetadataBytes, int maxConnections,
        int maxCallsPerConnection, long maxBufferedBytes, Duration minKeepAliveTime, Duration handshakeTimeout,
        Duration maxConnectionIdle, Duration maxConnectionAge, Duration drainTimeout) {
    /// Loopback only; the longest frame and 64 bytes for a message, 8 KiB of metadata, 4,096 connections, 1,024 calls on
    /// each, 256 MiB of requests, a ping every 5 s, 10 s for the handshake, 5 min idle, 30 min of age, 2 s to drain.
    public static final GrpcServerOptions DEFAULT = new GrpcServerOptions(false,
            WireSettings.DEFAULT_MAX_FRAME_BYTES + 64, 8 * 1024, 4096, 1024, 256L << 20, Duration.ofSeconds(5),
            Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(30), Duration.ofSeconds(2));

    public GrpcServerOptions {
        require(maxMessageBytes >= Outbox.PACKET_BYTES, "max-message-bytes=" + maxMessageBytes + " must be >= "
                + Outbox.PACKET_BYTES + "; set grpc.max-message-bytes");
        require(maxMetadataBytes >= 1024,
                "max-metadata-bytes=" + maxMetadataBytes + " must be >= 1024; set grpc.max-metadata-bytes");
        require(maxConnections >= 1, "max-connections=" + maxConnections + " must be >= 1; set grpc.max-connections");
        require(maxCallsPerConnection >= 1, "max-calls-per-connection=" + maxCallsPerConnection
                + " must be >= 1; set grpc.max-calls-per-connection");
        require(maxBufferedBytes >= maxMessageBytes, "max-buffered-bytes=" + maxBufferedBytes
                + " must be at least max-message-bytes=" + maxMessageBytes + "; set grpc.max-buffered-bytes");
        positive("min-keep-alive-time", minKeepAliveTime);
        positive("handshake-timeout", handshakeTimeout);
        positive("max-connection-idle", maxConnectionIdle);
        positive("max-connection-age", maxConnectionAge);
        require(!drainTimeout.isNegative(), "drain-timeout=" + drainTimeout + " must be >= 0; set grpc.drain-timeout");
    }

    private static void positive(String option, Duration value) {
        require(value.toMillis() >= 1, option + "=" + value + " must be >= 1ms; set grpc." + option);
    }

    public GrpcServerOptions withAllowRemote(boolean value) {
        return new GrpcServerOptions(value, maxMessageBytes, maxMetadataBytes, maxConnections, maxCallsPerConnection,
                maxBufferedBytes, minKeepAliveTime, handshakeTimeout, maxConnectionIdle, maxConnectionAge,
                drainTimeout);
    }

    /// As long as such a frame needs, and not less than a packet of many short ones.
    public GrpcServerOptions withMaxFrameBytes(int value) {
        int message = Math.max(Outbox.PACKET_BYTES, value + 64);
        return new GrpcServerOptions(allowRemote, message, maxMetadataBytes, maxConnections, maxCallsPerConnection,
                Math.max(maxBufferedBytes, message), minKeepAliveTime, handshakeTimeout, maxConnectionIdle,
                maxConnectionAge, drainTimeout);
    }

    public GrpcServerOptions withMaxConnections(int value) {
        return new GrpcServerOptions(allowRemote, maxMessageBytes, maxMetadataBytes, value, maxCallsPerConnection,
                maxBufferedBytes, minKeepAliveTime, handshakeTimeout, maxConnectionIdle, maxConnectionAge,
                drainTimeout);
    }

    public GrpcServerOptions withMaxCallsPerConnection(int value) {
        return new GrpcServerOptions(allowRemote, maxMessageBytes, maxMetadataBytes, maxConnections, value,
                maxBufferedBytes, minKeepAliveTime, handshakeTimeout, maxConnectionIdle, maxConnectionAge,
                drainTimeout);
    }

    public GrpcServerOptions withMaxBufferedBytes(long value) {
        return new GrpcServerOptions(allowRemote, maxMessageBytes, maxMetadataBytes, maxConnections,
                maxCallsPerConnection, value, minKeepAliveTime, handshakeTimeout, maxConnectionIdle, maxConnectionAge,
                drainTimeout);
    }

    public GrpcServerOptions withMaxConnectionAge(Duration value) {
        return new GrpcServerOptions(allowRemote, maxMessageBytes, maxMetadataBytes, maxConnections,
                maxCallsPerConnection, maxBufferedBytes, minKeepAliveTime, handshakeTimeout, maxConnectionIdle, value,
                drainTimeout);
    }
}
