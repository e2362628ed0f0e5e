package dev.shortwire.http;

import dev.shortwire.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// Collects a body. What a peer announces is believed only as far as it sends it: memory is taken as the bytes arrive,
/// doubling up to the announced length. Confined to the event loop of its connection.
final class BodyBuffer {
    private static final int FIRST_BYTES = 8 * 1024;

    private final long announced;
    private final int limit;
    private byte[] array = new byte[0];
    private int length;

    /// @param announced the length that the header tells, -1 for none
    /// @param limit     most bytes that are taken
    BodyBuffer(long announced, int limit) {
        this.announced = announced;
        this.limit = limit;
    }

    boolean isEmpty() {
        return length == 0;
    }

    /// Whether so many more bytes are within the limit.
    boolean hasRoomFor(int more) {
        return more <= limit - length;
    }

    /// Bytes of memory that appending so many bytes would take beyond those it has.
    int growth(int more) {
        return length + more <= array.length ? 0 : newCapacity(length + more) - array.length;
    }

    void append(ByteBuf part) {
        int more = part.readableBytes();
        if (length + more > array.length) {
            array = Arrays.copyOf(array, newCapacity(length + more));
        }
        part.readBytes(array, length, more);
        length += more;
    }

    private int newCapacity(int needed) {
        long wanted = Math.max(Math.max(FIRST_BYTES, needed), 2L * array.length);
        return (int) Math.max(needed, Math.min(wanted, announced >= 0 ? announced : limit));
    }

    /// The body. The buffer must not be used afterwards.
    Bytes take() {
        return Bytes.adopt(length == array.length ? array : Arrays.copyOf(array, length));
    }
}
