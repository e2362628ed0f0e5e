package dev.shortwire.http;

/// Who answers the requests of a route. Called by several threads at once, on the thread that read the request: it must
/// not block, see [Blocking].
@FunctionalInterface
public interface HttpHandler {
    /// Answers through `exchange`, now or later, from any thread.
    ///
    /// @throws Exception an [HttpProblem] becomes an answer of its status; anything else is logged and answered by 500
    ///                   without details
    void handle(HttpRequest request, HttpExchange exchange) throws Exception;
}
