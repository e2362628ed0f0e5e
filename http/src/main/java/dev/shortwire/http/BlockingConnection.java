package dev.shortwire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.shortwire.Bytes;
import dev.shortwire.http.HttpFailure.Cause;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection that is written to and read from by whoever makes a call, a call at a time. Belongs to the pool while it
/// is idle, then to the thread that makes the call, then to the one that waits for it; the pool's lock, and the call's
/// `awaited`, carry what it holds from one to the next. [#close] may be called by any thread.
final class BlockingConnection {
    private static final Logger log = LoggerFactory.getLogger(BlockingConnection.class);
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final byte[] LENGTH = "Content-Length: ".getBytes(ISO_8859_1);
    private static final byte[] END = "\r\n\r\n".getBytes(ISO_8859_1);

    /// Longest request that a connection is sure to take without waiting, with its head.
    static final int MAX_REQUEST_BYTES = 8 * 1024;

    private final BlockingPool pool;
    private final SocketChannel channel;
    private final byte[] bytes = new byte[BUFFER_BYTES];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes);
    private @Nullable ResponseHead lastHead;

    /// The call that is under way; the timer and the pool look at it too.
    volatile @Nullable BlockingCall call;

    /// Whether it has carried a call; belongs to whoever the connection belongs to.
    boolean used;

    /// When the last call ended, by [System#nanoTime()]; guarded by the pool's lock.
    long idleSince = System.nanoTime();

    BlockingConnection(BlockingPool pool, SocketChannel channel) {
        this.pool = pool;
        this.channel = channel;
    }

    /// Sends a request of at most [#MAX_REQUEST_BYTES].
    ///
    /// @param head of the request, without its length and the empty line
    /// @return false if certainly nothing was sent; then the connection is of no use any more
    /// @throws IOException if the connection broke when a part had been sent
    boolean send(Bytes head, Bytes body) throws IOException {
        used = true;
        head.copyTo(buffer.clear());
        buffer.put(LENGTH);
        buffer.put(Integer.toString(body.length()).getBytes(ISO_8859_1)).put(END);
        body.copyTo(buffer);
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            return true;
        } catch (IOException e) {
            if (buffer.position() > 0) {
                throw e;
            }
            return false;
        }
    }

    /// Reads the answer to `reading` and tells it, or what went wrong instead.
    void read(BlockingCall reading) {
        try {
            buffer.clear();
            ResponseHead head = readHead();
            if (head == null) {
                reading.fail(Cause.MALFORMED,
                        "what came from " + pool.address() + " is no HTTP/1.1 response; check the address");
            } else if (head.length() > pool.maxResponseBytes()) {
                tooLarge(reading);
            } else if (head.length() < 0) {
                readOtherwise(reading);
            } else {
                readBody(head, reading);
            }
        } catch (ClosedByInterruptException e) {
            reading.fail(Cause.CANCELLED, "the thread that waited for " + pool.address() + " was interrupted");
        } catch (IOException e) {
            reading.fail(Cause.CLOSED, "the connection to " + pool.address() + " broke: " + e.getMessage());
        }
    }

    /// The head of the answer, with what follows it behind it in the buffer; null if it is none.
    private @Nullable ResponseHead readHead() throws IOException {
        int scanned = 0;
        while (buffer.hasRemaining()) {
            fill();
            ResponseHead known = lastHead;
            if (known != null && known.isAt(bytes, buffer.position())) {
                return known;
            }
            int end = ResponseHead.end(bytes, scanned, buffer.position());
            if (end >= 0) {
                ResponseHead head = ResponseHead.parse(Arrays.copyOf(bytes, end));
                lastHead = head;
                return head;
            }
            scanned = buffer.position();
        }
        return null;
    }

    private void fill() throws IOException {
        if (channel.read(buffer) < 0) {
            throw new IOException("it was closed before it answered");
        }
    }

    private void readBody(ResponseHead head, BlockingCall reading) throws IOException {
        int from = head.headLength();
        int length = (int) head.length();
        if (buffer.position() > from + length) {
            reading.fail(Cause.MALFORMED, pool.address() + " sent more than the answer");
            return;
        }
        BodyBuffer body = new BodyBuffer(length, length);
        int left = length;
        while (true) {
            int here = buffer.position() - from;
            if (here > 0) {
                body.append(Unpooled.wrappedBuffer(bytes, from, here));
                left -= here;
            }
            if (left == 0) {
                reading.answer(new HttpResponse(head.status(), head.headers(), body.take()), head.keepAlive());
                return;
            }
            from = 0;
            buffer.clear().limit(Math.min(left, BUFFER_BYTES));
            fill();
        }
    }

    /// An answer in chunks, one until the end of the connection, or one after interim ones (RFC 9112, section 6.3): no
    /// node sends them, but what stands between two nodes may. The connection ends with it.
    private void readOtherwise(BlockingCall reading) throws IOException {
        EmbeddedChannel decoder = new EmbeddedChannel(new HttpResponseDecoder());
        try {
            int status = 0;
            Headers headers = Headers.NONE;
            BodyBuffer body = new BodyBuffer(-1, pool.maxResponseBytes());
            boolean ended = false;
            while (true) {
                if (ended) {
                    decoder.finish();
                } else {
                    decoder.writeInbound(Unpooled.copiedBuffer(bytes, 0, buffer.position()));
                }
                for (HttpObject part = decoder.readInbound(); part != null; part = decoder.readInbound()) {
                    try {
                        if (part.decoderResult().isFailure()) {
                            throw new IOException("its answer can't be read", part.decoderResult().cause());
                        }
                        if (part instanceof io.netty.handler.codec.http.HttpResponse response) {
                            status = response.status().code();
                            headers = ClientConnection.headersOf(response);
                        }
                        if (part instanceof HttpContent content && status >= 200) {
                            if (!body.hasRoomFor(content.content().readableBytes())) {
                                tooLarge(reading);
                                return;
                            }
                            body.append(content.content());
                            if (part instanceof LastHttpContent) {
                                reading.answer(new HttpResponse(status, headers, body.take()), false);
                                return;
                            }
                        }
                    } finally {
                        ReferenceCountUtil.release(part);
                    }
                }
                if (ended) {
                    throw new IOException("it was closed before it answered");
                }
                buffer.clear();
                ended = channel.read(buffer) < 0;
            }
        } finally {
            decoder.finishAndReleaseAll();
        }
    }

    private void tooLarge(BlockingCall reading) {
        reading.fail(Cause.TOO_LARGE,
                "the response of " + pool.address() + " has more than " + pool.maxResponseBytes() + " bytes");
    }

    /// Whether the other end has neither closed this idle connection nor sent anything. Does not wait.
    boolean isWell() {
        try {
            channel.configureBlocking(false);
            boolean isSilent = channel.read(buffer.clear()) == 0;
            channel.configureBlocking(true);
            return isSilent;
        } catch (IOException e) {
            return false;
        }
    }

    /// Closes; a thread that reads from it is told so. Any thread.
    void close() {
        pool.forget(this);
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("A connection to {} did not close", pool.address(), e);
        }
    }
}
