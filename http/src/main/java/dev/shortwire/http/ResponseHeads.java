package dev.shortwire.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the heads of the answers on one HTTP/2 connection (RFC 7541), in the order in which they come. Confined to the
/// event loop.
///
/// A head that is the same as the one before is not read again, where it only names fields of the table, which then is
/// what it was.
final class ResponseHeads {
    /// Longest head.
    static final int MAX_BYTES = 64 * 1024;
    /// Parts of one head beyond its first: empty ones are allowed, and would come without end.
    private static final int MAX_CONTINUATIONS = 16;

    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true, MAX_BYTES);
    private byte[] lastBytes = new byte[0];
    private SharedStream.@Nullable Head last;

    /// A head of which only the first parts have come.
    static final class Unfinished {
        private final int streamId;
        private final int flags;
        private final ByteBuf fields;
        private int continuations;

        /// @param flags of the frame with the first part
        Unfinished(int streamId, int flags, ByteBuf part) {
            this.streamId = streamId;
            this.flags = flags;
            this.fields = Unpooled.buffer().writeBytes(part);
        }

        int streamId() {
            return streamId;
        }

        int flags() {
            return flags;
        }

        /// All parts so far.
        ByteBuf fields() {
            return fields;
        }

        /// @return false if that is too much; nothing was added then
        boolean add(ByteBuf part) {
            if (fields.readableBytes() + part.readableBytes() > MAX_BYTES || ++continuations > MAX_CONTINUATIONS) {
                return false;
            }
            fields.writeBytes(part);
            return true;
        }
    }

    /// @param fields all of the head
    /// @throws Http2Exception if they can't be read: then nothing that follows can
    SharedStream.Head decode(int streamId, ByteBuf fields) throws Http2Exception {
        SharedStream.Head known = last;
        if (known != null && isLast(fields)) {
            return known;
        }
        boolean isRepeatable = isRepeatable(fields);
        byte[] bytes = isRepeatable ? ByteBufUtil.getBytes(fields) : lastBytes;
        SharedStream.Head head = head(decoder.decodeHeaders(streamId, fields));
        lastBytes = bytes;
        last = isRepeatable ? head : null;
        return head;
    }

    private static SharedStream.Head head(Http2Headers fields) {
        List<String> pairs = new ArrayList<>();
        long length = SharedStream.Head.UNTOLD;
        int status = 0;
        for (var field : fields) {
            String name = field.getKey().toString();
            String value = field.getValue().toString();
            if (name.equals(":status")) {
                status = value.matches("[1-9][0-9]{2}") ? Integer.parseInt(value) : 0;
            } else {
                pairs.add(name);
                pairs.add(value);
            }
            if (name.equals("content-length")) {
                long told = value.matches("[0-9]{1,15}") ? Long.parseLong(value) : SharedStream.Head.CONTRADICTORY;
                length = length == SharedStream.Head.UNTOLD || length == told ? told
                        : SharedStream.Head.CONTRADICTORY;
            }
        }
        return new SharedStream.Head(status, Headers.adopt(pairs), length);
    }

    private boolean isLast(ByteBuf fields) {
        int length = fields.readableBytes();
        if (length != lastBytes.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (fields.getByte(fields.readerIndex() + i) != lastBytes[i]) {
                return false;
            }
        }
        return true;
    }

    /// Whether each byte is an index (RFC 7541, section 6.1).
    private static boolean isRepeatable(ByteBuf fields) {
        for (int i = fields.readerIndex(); i < fields.writerIndex(); i++) {
            int field = fields.getUnsignedByte(i);
            if (field < 0x81 || field == 0xff) {
                return false;
            }
        }
        return true;
    }
}
