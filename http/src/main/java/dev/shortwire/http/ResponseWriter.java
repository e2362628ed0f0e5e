package dev.shortwire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.shortwire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/// Writes the answers of one HTTP/1.1 connection (RFC 9112, section 4). It remembers the status line and the header
/// fields of the last one, which most answers of a connection share. Confined to the event loop.
final class ResponseWriter {
    /// Up to that length a body is copied behind its head; a longer one is sent from where it is.
    private static final int MAX_COPIED_BYTES = 16 * 1024;
    private static final byte[] LENGTH = "content-length: ".getBytes(ISO_8859_1);
    private static final byte[] CLOSE = "connection: close\r\n".getBytes(ISO_8859_1);
    private static final byte[] KEEP_ALIVE = "connection: keep-alive\r\n".getBytes(ISO_8859_1);
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1);
    private static final int MORE_BYTES = 64;

    private @Nullable Begun last;

    /// The beginning of an answer.
    private record Begun(int status, Headers headers, ByteBuf bytes) {}

    /// The interim answer to whoever waits with the body.
    static ByteBuf goOn() {
        return Unpooled.wrappedBuffer(CONTINUE);
    }

    /// The bytes of an answer.
    ///
    /// @param isHead    whether the body is left out and its length told all the same
    /// @param isLast    whether the connection ends with it
    /// @param isOldKept whether it is for a client of HTTP/1.0 that goes on
    ByteBuf write(HttpResponse response, boolean isHead, boolean isLast, boolean isOldKept, ByteBufAllocator alloc) {
        boolean hasNoBody = response.status() == 204 || response.status() == 304;
        Bytes body = hasNoBody || isHead ? Bytes.EMPTY : response.body();
        boolean isCopied = body.length() <= MAX_COPIED_BYTES;
        ByteBuf begun = begin(response);
        int length = begun.readableBytes();
        ByteBuf out = alloc.ioBuffer(length + MORE_BYTES + (isCopied ? body.length() : 0)).writeBytes(begun, 0, length);
        if (!hasNoBody) {
            out.writeBytes(LENGTH);
            var _ = ByteBufUtil.writeAscii(out, Integer.toString(response.body().length()));
            crlf(out);
        }
        if (isLast) {
            out.writeBytes(CLOSE);
        } else if (isOldKept) {
            out.writeBytes(KEEP_ALIVE);
        }
        crlf(out);
        if (!isCopied) {
            return Unpooled.wrappedBuffer(out, Unpooled.wrappedBuffer(body.asByteBuffer()));
        }
        return body.isEmpty() ? out : out.writeBytes(body.asByteBuffer());
    }

    private static void crlf(ByteBuf out) {
        out.writeShort('\r' << 8 | '\n');
    }

    private ByteBuf begin(HttpResponse response) {
        Begun known = last;
        if (known != null && known.headers() == response.headers() && known.status() == response.status()) {
            return known.bytes();
        }
        StringBuilder text = new StringBuilder("HTTP/1.1 ")
                .append(HttpResponseStatus.valueOf(response.status())).append("\r\n");
        response.headers().forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        ByteBuf bytes = Unpooled.wrappedBuffer(text.toString().getBytes(ISO_8859_1));
        last = new Begun(response.status(), response.headers(), bytes);
        return bytes;
    }
}
