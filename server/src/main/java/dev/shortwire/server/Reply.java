package dev.shortwire.server;

import dev.shortwire.Bytes;
import dev.shortwire.http.Headers;
import dev.shortwire.http.HttpResponse;
import java.util.Map;

/// Makes the responses of the API: none of them is run, framed, sniffed or kept by a browser, whoever wrote the value.
final class Reply {
    private static final Headers INERT = guarded("default-src 'none'; frame-ancestors 'none'; sandbox", "no-store");

    private Reply() {}

    static HttpResponse of(int status, String contentType, Bytes body) {
        return new HttpResponse(status, INERT.with("Content-Type", contentType), body);
    }

    /// A response that a browser may show as `policy` (Content-Security-Policy) says.
    static HttpResponse of(int status, String contentType, Bytes body, String policy, String caching) {
        return new HttpResponse(status, guarded(policy, caching).with("Content-Type", contentType), body);
    }

    static HttpResponse text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", Bytes.utf8(text));
    }

    static HttpResponse json(int status, Object value) {
        return of(status, "application/json", Json.bytes(value));
    }

    /// A success without a body.
    static HttpResponse noContent() {
        return new HttpResponse(204, INERT, Bytes.EMPTY);
    }

    static HttpResponse problem(Problem problem) {
        return retryLater(problem,
                of(problem.status(), "application/problem+json", Json.bytes(problem.document())));
    }

    /// The problem for people and for programs that look at the status alone: its detail as text.
    static HttpResponse plainProblem(Problem problem) {
        return retryLater(problem, text(problem.status(), problem.detail()));
    }

    static HttpResponse with(HttpResponse response, Map<String, String> headers) {
        HttpResponse more = response;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            more = more.header(header.getKey(), header.getValue());
        }
        return more;
    }

    private static HttpResponse retryLater(Problem problem, HttpResponse response) {
        return problem.status() == 503 ? response.header("Retry-After", "1") : response;
    }

    private static Headers guarded(String policy, String caching) {
        return Headers.of("Cache-Control", caching).with("Content-Security-Policy", policy)
                .with("Cross-Origin-Resource-Policy", "same-origin").with("Referrer-Policy", "no-referrer")
                .with("X-Content-Type-Options", "nosniff");
    }
}
