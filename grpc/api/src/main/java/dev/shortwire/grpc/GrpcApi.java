package dev.shortwire.grpc;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.Node;
import dev.shortwire.wire.grpc.GrpcServer;
import java.time.Duration;

/// The gRPC API of a node, for programs in any language.
public final class GrpcApi {
    /// The longest that a call waits, so that nobody holds calls for ever.
    public static final Duration MAX_TIMEOUT = Duration.ofSeconds(60);
    /// How long a call waits that has no deadline, unless told otherwise.
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

    private GrpcApi() {}

    /// Serves `node` as `shortwire.v1.Cache` on `server`, before or after that is bound. Closing the server ends it; the
    /// node is not closed.
    ///
    /// @param timeout how long a read waits that has no deadline, more than 0 and at most [#MAX_TIMEOUT]
    /// @return takes the service away again
    /// @throws IllegalStateException if a node is served there already
    public static GrpcServer.Mounted mount(GrpcServer server, Node node, Duration timeout) {
        require(timeout.isPositive() && timeout.compareTo(MAX_TIMEOUT) <= 0,
                "timeout=" + timeout + " must be > 0 and at most " + MAX_TIMEOUT.toSeconds() + "s; set timeout");
        return server.mount(new CacheService(node, timeout).bindService());
    }
}
