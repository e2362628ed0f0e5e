package dev.shortwire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is known of a response before its body, with the bytes that say so: a head that comes again byte for byte, as
/// those of answers of equal length do, need not be read again. Immutable.
final class ResponseHead {
    private static final int STATUS_FROM = "HTTP/1.1 ".length();
    private static final int STATUS_TO = STATUS_FROM + 3;

    private final byte[] bytes;
    private final int status;
    private final Headers headers;
    private final boolean keepAlive;
    private final long length;

    private ResponseHead(byte[] bytes, int status, Headers headers, boolean keepAlive) {
        this.bytes = bytes;
        this.status = status;
        this.headers = headers;
        this.keepAlive = keepAlive;
        this.length = lengthOf(status, headers);
    }

    int status() {
        return status;
    }

    Headers headers() {
        return headers;
    }

    /// Bytes of the head itself, with its empty line.
    int headLength() {
        return bytes.length;
    }

    /// Bytes of the body; -1 where another reader has to find that out: chunks, or until the connection ends.
    long length() {
        return length;
    }

    /// Whether the connection can take another request.
    boolean keepAlive() {
        return keepAlive;
    }

    /// Where the head that begins at 0 ends, behind its empty line; -1 if it has not arrived as a whole.
    ///
    /// @param from where no end was found before
    static int end(byte[] bytes, int from, int to) {
        for (int i = Math.max(3, from); i < to; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    /// Reads a head, or returns null if it is none of HTTP/1.1.
    static @Nullable ResponseHead parse(byte[] head) {
        String[] lines = new String(head, ISO_8859_1).split("\r\n", -1);
        if (!lines[0].matches("HTTP/1\\.1 [1-9][0-9]{2}( .*)?")) {
            return null;
        }
        int status = Integer.parseInt(lines[0].substring(STATUS_FROM, STATUS_TO));
        List<String> pairs = new ArrayList<>();
        for (String line : Arrays.copyOfRange(lines, 1, lines.length)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                pairs.add(line.substring(0, colon));
                pairs.add(line.substring(colon + 1).strip());
            } else if (!line.isEmpty()) {
                return null;
            }
        }
        Headers headers = Headers.adopt(pairs);
        boolean closes = headers.all("Connection").stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("close"));
        return new ResponseHead(head, status, headers, !closes);
    }

    private static long lengthOf(int status, Headers headers) {
        if (status == 204 || status == 304) {
            return 0;
        }
        List<String> told = headers.all("Content-Length");
        boolean isPlain = status >= 200 && told.size() == 1 && told.getFirst().matches("[0-9]{1,15}")
                && headers.first("Transfer-Encoding") == null;
        return isPlain ? Long.parseLong(told.getFirst()) : -1;
    }

    /// Whether the bytes that arrived begin with this head.
    boolean isAt(byte[] arrived, int count) {
        return count >= bytes.length && Arrays.equals(arrived, 0, bytes.length, bytes, 0, bytes.length);
    }
}
