package dev.shortwire.wire.stream;

import dev.shortwire.Bytes;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameDecoder;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.FrameView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What comes in over one pipe, cut into frames. Confined to the thread that reads the pipe at the time.
///
/// Most frames are decoded out of the buffer that they were read into. One that is longer than a big buffer is read in
/// parts: its head, then its payload piece by piece into the array that becomes the value, then its tags. The array
/// grows with what has arrived, eightfold each time: whoever claims a long frame and sends little of it costs little,
/// and an honest long frame is copied by a seventh more.
final class Inbox {
    /// Gets the frames in their order.
    interface Sink {
        /// @param frame valid until this returns
        void frame(FrameView frame, long correlationId, long remainingMicros);
    }

    private static final int LENGTH_BYTES = 4;
    private static final int FIRST_PAYLOAD_BYTES = 256 * 1024;
    private static final int GROWTH = 8;
    /// After how many short reads a big buffer is given back.
    private static final int CALM = 64;

    private final BufferPool pool;
    private final int maxFrameBytes;
    private final FrameDecoder decoder = new FrameDecoder();
    /// Unread bytes lie between position and limit.
    private ByteBuffer buffer;
    private boolean drained;
    private boolean peerIsAwake;
    private boolean wantsBig;
    private int calm;
    /// Of a frame that is read in parts: what there is of its payload.
    private byte @Nullable [] payload;
    private int payloadBytes;

    Inbox(BufferPool pool, int maxFrameBytes) {
        this.pool = pool;
        this.maxFrameBytes = maxFrameBytes;
        this.buffer = pool.takeSmall().flip();
    }

    /// Reads once what the pipe has.
    ///
    /// @return how many bytes, 0 if there are none now, -1 at the end of the stream
    int fill(Pipe pipe) throws IOException {
        makeRoom();
        int from = buffer.position();
        int to = buffer.limit();
        int room = buffer.capacity() - to;
        buffer.limit(buffer.capacity()).position(to);
        int count = 0;
        try {
            count = pipe.read(buffer);
        } finally {
            buffer.limit(buffer.position()).position(from);
        }
        drained = count < room;
        wantsBig |= count == room;
        calm = count < BufferPool.SMALL_BYTES ? calm + 1 : 0;
        return count;
    }

    /// Whether the last [#fill] took all that there was, as far as one can tell.
    boolean isDrained() {
        return drained;
    }

    /// Whether the last frame announced that its sender waits awake for the answer.
    boolean isPeerAwake() {
        return peerIsAwake;
    }

    /// Whether a frame has begun to arrive.
    boolean isWithinFrame() {
        return payload != null || buffer.hasRemaining();
    }

    private void makeRoom() {
        boolean isBig = buffer.capacity() == BufferPool.BIG_BYTES;
        if (wantsBig && !isBig) {
            replace(pool.takeBig());
        } else if (!buffer.hasRemaining()) {
            buffer.clear().flip();
            if (isBig && calm >= CALM && payload == null) {
                wantsBig = false;
                replace(pool.takeSmall());
            }
        } else if (buffer.position() > 0) {
            buffer.compact().flip();
        }
    }

    private void replace(ByteBuffer other) {
        other.put(buffer).flip();
        pool.give(buffer);
        buffer = other;
    }

    /// Hands out every frame that is complete.
    ///
    /// @throws FrameException if the stream holds what is no frame; nothing after it can be read
    void take(Sink sink) throws FrameException {
        while (payload == null ? takeWhole(sink) : takePart(sink)) {
            // until the rest has yet to arrive
        }
    }

    private boolean takeWhole(Sink sink) throws FrameException {
        if (buffer.remaining() < LENGTH_BYTES) {
            return false;
        }
        int word = buffer.getInt(buffer.position());
        int length = word & ~OutBatch.AWAKE;
        if (length < FrameCodec.HEADER_BYTES || length > maxFrameBytes) {
            throw new FrameException(
                    "frame of " + length + " bytes must have " + FrameCodec.HEADER_BYTES
                            + " to " + maxFrameBytes + "; see wire.max-frame-bytes");
        }
        peerIsAwake = word < 0;
        if (buffer.remaining() < LENGTH_BYTES + length) {
            wantsBig |= LENGTH_BYTES + length > BufferPool.SMALL_BYTES;
            return LENGTH_BYTES + length > BufferPool.BIG_BYTES && beginLong(length);
        }
        buffer.position(buffer.position() + LENGTH_BYTES);
        decoder.read(buffer, length);
        handTo(sink);
        return true;
    }

    private boolean beginLong(int length) throws FrameException {
        int from = buffer.position();
        buffer.position(from + LENGTH_BYTES);
        if (!decoder.head(buffer, length)) {
            buffer.position(from);
            return false;
        }
        payload = new byte[Math.min(decoder.payloadLength(), FIRST_PAYLOAD_BYTES)];
        payloadBytes = 0;
        return true;
    }

    private boolean takePart(Sink sink) throws FrameException {
        byte[] bytes = payload;
        if (bytes == null) {
            return false;
        }
        int whole = decoder.payloadLength();
        while (payloadBytes < whole && buffer.hasRemaining()) {
            if (payloadBytes == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(whole, (long) bytes.length * GROWTH));
                payload = bytes;
            }
            int count = Math.min(bytes.length - payloadBytes, buffer.remaining());
            buffer.get(bytes, payloadBytes, count);
            payloadBytes += count;
        }
        if (payloadBytes < whole || buffer.remaining() < decoder.tagsLength()) {
            return false;
        }
        payload = null;
        decoder.finish(Bytes.adopt(bytes), buffer);
        handTo(sink);
        return true;
    }

    private void handTo(Sink sink) {
        sink.frame(decoder, decoder.correlationId(), decoder.remainingMicros());
        decoder.release();
    }

    /// Gives the buffer back. Nothing is read afterwards.
    void release() {
        pool.give(buffer);
        buffer = ByteBuffer.allocate(0);
        payload = null;
    }
}
