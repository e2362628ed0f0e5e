package dev.shortwire.server;

import dev.shortwire.Limits;
import dev.shortwire.Node;
import dev.shortwire.http.HttpServer;

/// The HTTP API and the page of a node, as `docs/http-api.md` describes them.
public final class ApiServer {
    /// Above the longest value, so that one a little too long gets the API's own answer.
    private static final int MAX_BODY_BYTES = Limits.MAX_VALUE_BYTES + (1 << 20);
    private static final int MAX_OTHER_BODY_BYTES = 64 * 1024;

    private ApiServer() {}

    /// Serves `node` at `/`, `/api` and `/internal/cache` of `server`, before or after that is bound. Other prefixes,
    /// such as those of wires, remain free. Closing the server ends it; the node is not closed.
    ///
    /// @throws IllegalStateException if one of the prefixes has a handler
    public static void mount(HttpServer server, Node node, ApiSettings settings) {
        Routes routes = new Routes(node, settings);
        server.route("/", MAX_OTHER_BODY_BYTES, routes);
        server.route("/api/v1/groups", MAX_BODY_BYTES, routes);
        server.route("/internal/cache", MAX_BODY_BYTES, routes);
    }
}
