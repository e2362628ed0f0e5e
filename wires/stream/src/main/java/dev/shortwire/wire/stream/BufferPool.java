package dev.shortwire.wire.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/// Direct buffers of two sizes that the links of one wire hand on to each other, so that links which come and go leave
/// no memory behind that waits for the garbage collector. Every link keeps small ones; the big ones are lent while a
/// burst or a long frame passes. Guarded by its own lock.
final class BufferPool {
    static final int SMALL_BYTES = 32 * 1024;
    /// Holds the longest head of a frame, with a key of full length, and the longest tags.
    static final int BIG_BYTES = 128 * 1024;

    private static final int MAX_KEPT_SMALL = 64;
    private static final int MAX_KEPT_BIG = 8;

    @GuardedBy("this")
    private final ArrayDeque<ByteBuffer> small = new ArrayDeque<>();

    @GuardedBy("this")
    private final ArrayDeque<ByteBuffer> big = new ArrayDeque<>();

    /// An empty buffer of [#SMALL_BYTES].
    synchronized ByteBuffer takeSmall() {
        ByteBuffer kept = small.poll();
        return kept != null ? kept.clear() : ByteBuffer.allocateDirect(SMALL_BYTES);
    }

    /// An empty buffer of [#BIG_BYTES].
    synchronized ByteBuffer takeBig() {
        ByteBuffer kept = big.poll();
        return kept != null ? kept.clear() : ByteBuffer.allocateDirect(BIG_BYTES);
    }

    /// Takes a buffer back that nobody will touch again.
    synchronized void give(ByteBuffer buffer) {
        boolean isBig = buffer.capacity() == BIG_BYTES;
        ArrayDeque<ByteBuffer> kept = isBig ? big : small;
        if (kept.size() < (isBig ? MAX_KEPT_BIG : MAX_KEPT_SMALL)) {
            kept.push(buffer);
        }
    }
}
