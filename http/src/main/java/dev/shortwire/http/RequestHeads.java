package dev.shortwire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.shortwire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes the heads of the requests of one connection by HPACK (RFC 7541). The first head goes into the table of the
/// other end, field by field; requests that repeat it, as nearly all of a link do, name its fields by a byte each. Other
/// heads are written out. Confined to the event loop.
final class RequestHeads {
    private static final int AUTHORITY = 1;
    private static final int PATH = 4;
    private static final int GET = 0x82;
    private static final int POST = 0x83;
    private static final int METHOD = 2;
    private static final int HTTP = 0x86;
    private static final int HTTPS = 0x87;
    private static final int INDEXED = 0x80;
    private static final int INSERTED = 0x40;
    private static final int EMPTY_TABLE = 0x20;
    /// The first place of the dynamic table.
    private static final int NEWEST = 62;
    private static final int TABLE_BYTES = 4096;
    private static final int OVERHEAD_BYTES = 32;
    private static final int MAX_INSERTED = 16;
    private static final int MAX_BYTES = 8 * 1024;

    private final String authority;
    private final boolean secure;
    private boolean mayInsert;
    private boolean emptiesTable;
    private @Nullable HttpRequest inserted;
    private byte[] repeated = new byte[0];

    /// @param tableBytes how long a table the other end keeps
    RequestHeads(String authority, boolean secure, long tableBytes) {
        this.authority = authority;
        this.secure = secure;
        this.mayInsert = tableBytes >= TABLE_BYTES;
        this.emptiesTable = !mayInsert;
    }

    /// Whether the head of a request is sure to fit into one frame.
    boolean fits(HttpRequest request) {
        if (isRepeated(request)) {
            return true;
        }
        int[] size = {authority.length() + request.target().length()};
        request.headers().forEach((name, value) -> size[0] += OVERHEAD_BYTES + name.length() + value.length());
        return size[0] <= MAX_BYTES;
    }

    private boolean isRepeated(HttpRequest request) {
        HttpRequest known = inserted;
        return known != null && known.headers() == request.headers() && known.method().equals(request.method())
                && known.target().equals(request.target());
    }

    /// Appends the block of a request's head to `out`.
    void write(HttpRequest request, ByteBuf out) {
        if (isRepeated(request)) {
            out.writeBytes(repeated);
        } else {
            writeOut(request, out);
        }
    }

    private void writeOut(HttpRequest request, ByteBuf out) {
        if (emptiesTable) {
            emptiesTable = false;
            out.writeByte(EMPTY_TABLE);
        }
        ByteBuf again = Unpooled.buffer();
        List<String> fields = new ArrayList<>();
        request.headers().forEach((name, value) -> {
            fields.add(name.toLowerCase(Locale.ROOT));
            fields.add(value);
        });
        boolean inserts = mayInsert && sizeOf(request, fields) <= TABLE_BYTES && fields.size() / 2 < MAX_INSERTED;
        switch (request.method()) {
            case "GET" -> out.writeByte(GET);
            case "POST" -> out.writeByte(POST);
            default -> field(METHOD, null, request.method(), false, out);
        }
        out.writeByte(secure ? HTTPS : HTTP);
        again.writeBytes(out, out.writerIndex() - 2, 2);
        field(PATH, null, request.target(), inserts, out);
        field(AUTHORITY, null, authority, inserts, out);
        for (int i = 0; i < fields.size(); i += 2) {
            field(0, fields.get(i), fields.get(i + 1), inserts, out);
        }
        if (inserts && (request.method().equals("GET") || request.method().equals("POST"))) {
            int count = 2 + fields.size() / 2;
            for (int i = 0; i < count; i++) {
                again.writeByte(INDEXED | NEWEST + count - 1 - i);
            }
            repeated = new byte[again.readableBytes()];
            again.readBytes(repeated);
            inserted = request.body(Bytes.EMPTY);
        }
        mayInsert &= !inserts;
    }

    private int sizeOf(HttpRequest request, List<String> fields) {
        int size = 2 * OVERHEAD_BYTES + ":path:authority".length() + request.target().length() + authority.length();
        for (int i = 0; i < fields.size(); i += 2) {
            size += OVERHEAD_BYTES + fields.get(i).length() + fields.get(i + 1).length();
        }
        return size;
    }

    /// @param nameIndex place of the name in the static table, 0 for `name`
    private static void field(int nameIndex, @Nullable String name, String value, boolean inserts, ByteBuf out) {
        out.writeByte(inserts ? INSERTED | nameIndex : nameIndex);
        if (name != null) {
            string(name, out);
        }
        string(value, out);
    }

    /// A string without Huffman's code (RFC 7541, section 5.2).
    private static void string(String text, ByteBuf out) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        int length = bytes.length;
        if (length < 127) {
            out.writeByte(length);
        } else {
            out.writeByte(127);
            for (length -= 127; length >= 128; length >>>= 7) {
                out.writeByte(length & 0x7f | 0x80);
            }
            out.writeByte(length);
        }
        out.writeBytes(bytes);
    }
}
