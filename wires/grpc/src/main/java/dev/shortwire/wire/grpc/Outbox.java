package dev.shortwire.wire.grpc;

import dev.shortwire.wire.FrameEncoder;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What waits to be written to one stream, by any thread, and the writing of it, by the stream's event loop.
///
/// A gRPC stream is not safe for several writers, and each message costs it a frame of HTTP/2, a task and a share of a
/// flush: at 64 calls in flight that is most of the work. So whoever has something to say puts it into a queue, and the
/// first to do so asks the loop to come by; the loop packs all that is there by then into as few messages as possible.
/// What is said on the loop itself while a message is being read, the replies to the calls in it and the next calls of
/// those who got replies, waits until the whole message was read. So the calls of a burst and their replies cost one
/// message each way, however many they are, and a single call is not held back: the loop had to be woken for it anyway.
///
/// The races: `scheduled` is cleared before the queue is looked at, so that an item put after the look finds it clear
/// and schedules again. If the stream takes no more, the rest stays in the queue until it says that it is ready
/// ([#drain]), and [#queuedBytes] tells those who offer how much that is. Items that come after [#close] are dropped
/// with the queue; their owners have told their callers by then.
final class Outbox {
    /// A packet is closed when the next item would make it longer than this; a longer item has one of its own.
    static final int PACKET_BYTES = 64 * 1024;
    /// What the stream itself holds before it says that it is not ready.
    static final int READY_BYTES = 256 * 1024;

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);
    private static final int FIRST_SCRATCH_BYTES = 4 * 1024;
    private static final int KEPT_SCRATCH_BYTES = 256 * 1024;

    private final EventLoop loop;
    private final Stream stream;
    private final ConcurrentLinkedQueue<Item> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong queuedBytes = new AtomicLong();
    private volatile boolean closed;

    private final FrameEncoder encoder = new FrameEncoder();
    private final Packet packet = new Packet();
    private ByteBuffer scratch = ByteBuffer.allocate(FIRST_SCRATCH_BYTES);
    private boolean reading;

    /// Where packets go. On the event loop.
    interface Stream {
        boolean isReady();

        /// Takes the bytes of `packet` before it returns.
        void send(InputStream packet);

        /// All that could be written was.
        void drained();
    }

    Outbox(EventLoop loop, Stream stream) {
        this.loop = loop;
        this.stream = stream;
    }

    /// Bytes that wait. Any thread.
    long queuedBytes() {
        return queuedBytes.get();
    }

    /// Any thread.
    void offer(Item item) {
        queuedBytes.addAndGet(item.encodedBytes());
        queue.add(item);
        if (loop.inEventLoop()) {
            if (!reading) {
                drain();
            }
        } else if (scheduled.compareAndSet(false, true)) {
            try {
                loop.execute(this::drain);
            } catch (RejectedExecutionException e) {
                log.debug("A gRPC stream was written to after its threads were closed");
            }
        }
    }

    // ---- on the event loop from here on

    /// A message is being read: what is offered here until [#readingEnded] waits.
    void readingBegins() {
        reading = true;
    }

    void readingEnded() {
        reading = false;
        if (!queue.isEmpty()) {
            drain();
        }
    }

    /// Writes what there is, as far as the stream takes it.
    void drain() {
        scheduled.set(false);
        while (!closed && !queue.isEmpty() && stream.isReady()) {
            pack();
            if (scratch.position() > 0) {
                packet.of(scratch.array(), scratch.position());
                stream.send(packet);
            }
            scratch = scratch.capacity() > KEPT_SCRATCH_BYTES ? ByteBuffer.allocate(PACKET_BYTES) : scratch.clear();
        }
        if (!closed) {
            stream.drained();
        }
    }

    private void pack() {
        for (Item next = queue.peek(); next != null; next = queue.peek()) {
            int bytes = next.encodedBytes();
            if (scratch.position() > 0 && scratch.position() + bytes > PACKET_BYTES) {
                return;
            }
            queue.remove();
            queuedBytes.addAndGet(-bytes);
            if (next.take()) {
                makeRoom(bytes);
                next.writeTo(scratch, encoder);
            }
        }
    }

    private void makeRoom(int bytes) {
        if (scratch.remaining() < bytes) {
            int needed = scratch.position() + bytes;
            int capacity = needed > PACKET_BYTES ? needed
                    : Math.max(needed, Math.min(PACKET_BYTES, 2 * scratch.capacity()));
            scratch = ByteBuffer.allocate(capacity).put(scratch.flip());
        }
    }

    /// Writes nothing more. Any thread.
    void close() {
        closed = true;
        queue.clear();
    }

    /// The scratch buffer as a message of gRPC, which drains it into its own buffers at once.
    private static final class Packet extends InputStream implements Drainable, KnownLength {
        private byte[] array = new byte[0];
        private int position;
        private int end;

        void of(byte[] bytes, int length) {
            array = bytes;
            position = 0;
            end = length;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int count = available();
            target.write(array, position, count);
            position = end;
            return count;
        }

        @Override
        public int available() {
            return end - position;
        }

        @Override
        public int read() {
            return position < end ? array[position++] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (position == end && length > 0) {
                return -1;
            }
            int count = Math.min(length, available());
            System.arraycopy(array, position, target, offset, count);
            position += count;
            return count;
        }
    }
}
