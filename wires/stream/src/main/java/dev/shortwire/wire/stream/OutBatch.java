package dev.shortwire.wire.stream;

import dev.shortwire.wire.FrameEncoder;
import dev.shortwire.wire.FrameView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Frames in the order in which they go out. Short ones lie one behind the other in a direct buffer; the payload of a
/// long one is not copied here but kept by reference, and copied in pieces when the pipe has room for them. Confined to
/// whoever fills or drains it; see [Outbox].
final class OutBatch {
    /// What stands before each frame.
    static final int LENGTH_BYTES = 4;
    /// Bit of a frame's length that announces that its sender waits awake for the answer; see [SpinPolicy].
    static final int AWAKE = 1 << 31;

    private final BufferPool pool;
    /// What goes out before `tail`, ready to be read. Empty nearly always.
    private final ArrayDeque<ByteBuffer> before = new ArrayDeque<>();
    /// Where short frames are appended; in the state to be read once the batch is [#sealed].
    private @Nullable ByteBuffer tail;
    private boolean sealed;

    OutBatch(BufferPool pool) {
        this.pool = pool;
    }

    boolean isEmpty() {
        ByteBuffer last = tail;
        return before.isEmpty() && (last == null || (sealed ? !last.hasRemaining() : last.position() == 0));
    }

    /// Appends a frame of `length` bytes and its length.
    ///
    /// @param flags [#AWAKE] or 0
    void append(FrameView frame, int length, int flags, long correlationId, long remainingMicros,
            FrameEncoder encoder) {
        if (length + LENGTH_BYTES <= BufferPool.SMALL_BYTES) {
            ByteBuffer target = room(length + LENGTH_BYTES);
            target.putInt(length | flags);
            encoder.encode(frame, correlationId, remainingMicros, target);
            return;
        }
        setTailAside();
        ByteBuffer head = ByteBuffer.allocate(LENGTH_BYTES + FrameEncoder.headLength(frame));
        head.putInt(length | flags);
        encoder.head(frame, correlationId, remainingMicros, head);
        before.add(head.flip());
        before.add(frame.payload().asByteBuffer());
        ByteBuffer tags = ByteBuffer.allocate(FrameEncoder.tagsLength(frame));
        encoder.tags(frame, tags);
        before.add(tags.flip());
    }

    private ByteBuffer room(int bytes) {
        ByteBuffer last = tail;
        if (last == null || last.remaining() < bytes) {
            setTailAside();
            last = pool.takeSmall();
            tail = last;
        }
        return last;
    }

    private void setTailAside() {
        ByteBuffer last = tail;
        if (last != null && last.position() > 0) {
            before.add(last.flip());
            tail = null;
        }
    }

    /// From now on the batch is drained, until it is empty.
    void seal() {
        if (!sealed) {
            sealed = true;
            ByteBuffer last = tail;
            if (last != null) {
                last.flip();
            }
        }
    }

    /// Moves what the pipe takes now. An empty batch can be filled again.
    ///
    /// @return how many bytes went out
    long writeTo(Pipe pipe) throws IOException {
        long written = 0;
        for (ByteBuffer head = before.peek(); head != null; head = before.peek()) {
            written += write(head, pipe);
            if (head.hasRemaining()) {
                return written;
            }
            before.remove();
            giveBack(head);
        }
        ByteBuffer last = tail;
        if (last != null) {
            written += write(last, pipe);
            if (last.hasRemaining()) {
                return written;
            }
            last.clear();
        }
        sealed = false;
        return written;
    }

    private int write(ByteBuffer source, Pipe pipe) throws IOException {
        int from = source.position();
        if (!source.isDirect()) {
            copyTo(pipe, source);
            return source.position() - from;
        }
        while (source.hasRemaining() && pipe.write(source) > 0) {
            // until the pipe is full or all is written
        }
        return source.position() - from;
    }

    /// Writes from the heap through a direct buffer, as the JDK would, which would keep one of the full length.
    private void copyTo(Pipe pipe, ByteBuffer source) throws IOException {
        ByteBuffer copy = source.remaining() <= BufferPool.SMALL_BYTES ? pool.takeSmall() : pool.takeBig();
        try {
            boolean isFull = false;
            while (source.hasRemaining() && !isFull) {
                int length = Math.min(source.remaining(), copy.capacity());
                copy.clear().put(0, source, source.position(), length).limit(length);
                while (copy.hasRemaining() && !isFull) {
                    isFull = pipe.write(copy) == 0;
                }
                source.position(source.position() + copy.position());
            }
        } finally {
            pool.give(copy);
        }
    }

    private void giveBack(ByteBuffer buffer) {
        if (buffer.isDirect()) {
            pool.give(buffer);
        }
    }

    /// Drops everything and gives the buffers back.
    void release() {
        before.forEach(this::giveBack);
        before.clear();
        ByteBuffer last = tail;
        if (last != null) {
            pool.give(last);
            tail = null;
        }
        sealed = false;
    }
}
