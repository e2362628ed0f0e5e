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

    /// The answer to a request whose body is longer than the route permits. It is not read, and the connection ends.
    ///
    /// @param request      without its body
    /// @param maxBodyBytes longest body of the route
    default HttpResponse bodyTooLong(HttpRequest request, int maxBodyBytes) {
        return HttpResponse.text(413, "the body has more than the " + maxBodyBytes + " bytes allowed here; send less");
    }
}
