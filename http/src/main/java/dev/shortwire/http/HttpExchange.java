package dev.shortwire.http;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// One request that waits for its answer. Safe for use by any thread.
public interface HttpExchange {
    /// Answers. Only the first answer counts; without effect once the client is gone. For `HEAD` the body is left out
    /// and its length told.
    void answer(HttpResponse response);

    /// Answers that the request failed: an [HttpProblem] with its status and message, anything else by 500 without
    /// details, and is logged.
    void fail(Throwable fault);

    /// The other end of the connection.
    InetSocketAddress remote();

    /// The TLS session of the connection, from which the client can be told; null where there is no TLS.
    default @Nullable SSLSession session() {
        return null;
    }

    /// Runs `action` once if the client goes away before it is answered; at once, if it is gone. A later action replaces
    /// an earlier one. Called on a thread that must not block.
    void onAbandoned(Runnable action);

    /// Lets this connection be idle for as long as its client likes. For clients that are nodes and take the end of a
    /// connection for the end of this process. Half of the connections that a server may have can be kept so; beyond that
    /// this does nothing.
    void keepWhileIdle();
}
