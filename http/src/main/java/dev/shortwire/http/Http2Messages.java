package dev.shortwire.http;

import dev.shortwire.Bytes;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Requests and responses as HTTP/2 has their heads (RFC 9113, section 8).
final class Http2Messages {
    private Http2Messages() {}

    /// The head of a request as HTTP/1.1 would have it: `:authority` becomes `Host`.
    ///
    /// @throws HttpProblem 400 if it has no method or path, or names its host in two ways
    static HttpRequest request(Http2Headers headers) {
        CharSequence method = headers.method();
        CharSequence path = headers.path();
        if (method == null || path == null || path.isEmpty()) {
            throw new HttpProblem(400, "a request must have :method and :path");
        }
        List<String> pairs = new ArrayList<>();
        CharSequence authority = headers.authority();
        String host = authority == null ? "" : authority.toString();
        if (!host.isEmpty()) {
            pairs.add("Host");
            pairs.add(host);
        }
        headers.forEach(field -> {
            String name = field.getKey().toString();
            boolean known = name.equals("host") && !host.isEmpty();
            if (known && !host.contentEquals(field.getValue())) {
                throw new HttpProblem(400, "a request must name its host once, in :authority");
            }
            if (!known && !name.startsWith(":")) {
                pairs.add(name);
                pairs.add(field.getValue().toString());
            }
        });
        return HttpRequest.of(method.toString(), path.toString(), Headers.adopt(pairs), Bytes.EMPTY);
    }

    static Http2Headers head(HttpResponse response) {
        Http2Headers headers = new DefaultHttp2Headers(false).status(Integer.toString(response.status()));
        response.headers().forEach((name, value) -> headers.add(name.toLowerCase(Locale.ROOT), value));
        if (response.status() != 204 && response.status() != 304) {
            headers.setInt("content-length", response.body().length());
        }
        return headers;
    }

    /// The length that the request tells, -1 for none.
    ///
    /// @throws HttpProblem 400 if it is no length
    static long contentLength(HttpRequest request) {
        String told = request.header("content-length");
        if (told == null) {
            return -1;
        }
        if (!told.matches("[0-9]{1,18}")) {
            throw new HttpProblem(400, "Content-Length must be a number");
        }
        return Long.parseLong(told);
    }
}
