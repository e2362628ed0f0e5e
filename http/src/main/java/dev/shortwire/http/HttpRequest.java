package dev.shortwire.http;

import dev.shortwire.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request, as a server got it or a client sends it. Immutable, usable from any thread.
public final class HttpRequest {
    private final String method;
    private final String target;
    private final int queryStart;
    private final Headers headers;
    private final Bytes body;

    private HttpRequest(String method, String target, Headers headers, Bytes body) {
        this.method = method;
        this.target = target;
        this.queryStart = target.indexOf('?');
        this.headers = headers;
        this.body = body;
    }

    /// A request without headers and body.
    ///
    /// @param target path and query, percent-encoded, beginning with `/`
    public static HttpRequest of(String method, String target) {
        return new HttpRequest(method, target, Headers.NONE, Bytes.EMPTY);
    }

    static HttpRequest of(String method, String target, Headers headers, Bytes body) {
        return new HttpRequest(method, target, headers, body);
    }

    /// This request and one more header field, see [Headers#with].
    public HttpRequest header(String name, String value) {
        return new HttpRequest(method, target, headers.with(name, value), body);
    }

    /// This request with that body.
    public HttpRequest body(Bytes value) {
        return new HttpRequest(method, target, headers, value);
    }

    /// The method as it was sent, such as `GET`.
    public String method() {
        return method;
    }

    /// Path and query as they were sent.
    public String target() {
        return target;
    }

    /// The path as it was sent, percent-encoded, without the query.
    public String rawPath() {
        return queryStart < 0 ? target : target.substring(0, queryStart);
    }

    /// The query as it was sent, without the question mark; empty where there is none.
    public String rawQuery() {
        return queryStart < 0 ? "" : target.substring(queryStart + 1);
    }

    /// The decoded segments of the path: `/a/b%2Fc/` has the three segments `a`, `b/c` and the empty one.
    ///
    /// @throws HttpProblem 400 if the path is malformed
    public List<String> segments() {
        List<String> segments = new ArrayList<>();
        for (String segment : rawPath().substring(1).split("/", -1)) {
            segments.add(Percent.decode(segment));
        }
        return segments;
    }

    /// What follows `prefix` in the path, decoded as a whole.
    ///
    /// @param prefix a raw prefix that the path begins with
    /// @throws HttpProblem 400 if the rest is malformed
    public String pathAfter(String prefix) {
        return Percent.decode(rawPath().substring(prefix.length()));
    }

    /// The decoded parameters of the query, in their order. A parameter without `=` has the empty value.
    ///
    /// @throws HttpProblem 400 if the query is malformed
    public Map<String, List<String>> parameters() {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String part : rawQuery().split("&", -1)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                String name = Percent.decodeQuery(equals < 0 ? part : part.substring(0, equals));
                String value = equals < 0 ? "" : Percent.decodeQuery(part.substring(equals + 1));
                parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
            }
        }
        return parameters;
    }

    /// The decoded value of the first parameter of that name, or null where there is none.
    ///
    /// @throws HttpProblem 400 if the query is malformed
    public @Nullable String parameter(String name) {
        List<String> values = parameters().get(name);
        return values == null ? null : values.getFirst();
    }

    public Headers headers() {
        return headers;
    }

    public @Nullable String header(String name) {
        return headers.first(name);
    }

    /// The whole body, empty where there is none.
    public Bytes body() {
        return body;
    }

    @Override
    public String toString() {
        return method + " " + (target.length() <= 80 ? target : target.substring(0, 80) + "…");
    }
}
