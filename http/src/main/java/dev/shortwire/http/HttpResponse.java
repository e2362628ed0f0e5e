package dev.shortwire.http;

import dev.shortwire.Bytes;
import org.jspecify.annotations.Nullable;

/// A response, as a server sends it or a client got it. Immutable, usable from any thread.
///
/// @param status  100 to 999
/// @param headers without `Content-Length` and `Connection`, which the connection writes itself
/// @param body    the whole body
public record HttpResponse(int status, Headers headers, Bytes body) {
    public HttpResponse {
        if (status < 100 || status > 999) {
            throw new IllegalArgumentException("status " + status + " must be 100 to 999");
        }
    }

    /// A response without body.
    public static HttpResponse of(int status) {
        return new HttpResponse(status, Headers.NONE, Bytes.EMPTY);
    }

    /// A response with that body.
    public static HttpResponse of(int status, String contentType, Bytes body) {
        return new HttpResponse(status,
                Headers.of("Content-Type", contentType).with("X-Content-Type-Options", "nosniff"), body);
    }

    /// A response of plain text in UTF-8.
    public static HttpResponse text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", Bytes.utf8(text));
    }

    /// This response and one more header field, see [Headers#with].
    public HttpResponse header(String name, String value) {
        return new HttpResponse(status, headers.with(name, value), body);
    }

    /// This response with that body.
    public HttpResponse body(Bytes value) {
        return new HttpResponse(status, headers, value);
    }

    public @Nullable String header(String name) {
        return headers.first(name);
    }
}
