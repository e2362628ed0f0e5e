package dev.shortwire.http;

import static dev.shortwire.http.Http2Frames.ACK;
import static dev.shortwire.http.Http2Frames.CANCEL;
import static dev.shortwire.http.Http2Frames.CONTINUATION;
import static dev.shortwire.http.Http2Frames.DATA;
import static dev.shortwire.http.Http2Frames.DEFAULT_TABLE_BYTES;
import static dev.shortwire.http.Http2Frames.DEFAULT_WINDOW;
import static dev.shortwire.http.Http2Frames.ENABLE_PUSH;
import static dev.shortwire.http.Http2Frames.END_HEADERS;
import static dev.shortwire.http.Http2Frames.END_STREAM;
import static dev.shortwire.http.Http2Frames.GOAWAY;
import static dev.shortwire.http.Http2Frames.HEADERS;
import static dev.shortwire.http.Http2Frames.HEADER_TABLE_SIZE;
import static dev.shortwire.http.Http2Frames.HEAD_BYTES;
import static dev.shortwire.http.Http2Frames.INITIAL_WINDOW_SIZE;
import static dev.shortwire.http.Http2Frames.MAX_CONCURRENT_STREAMS;
import static dev.shortwire.http.Http2Frames.MAX_HEADER_LIST_SIZE;
import static dev.shortwire.http.Http2Frames.MAX_PAYLOAD_BYTES;
import static dev.shortwire.http.Http2Frames.PADDED;
import static dev.shortwire.http.Http2Frames.PING;
import static dev.shortwire.http.Http2Frames.PING_BYTES;
import static dev.shortwire.http.Http2Frames.PRIORITY;
import static dev.shortwire.http.Http2Frames.PRIORITY_BYTES;
import static dev.shortwire.http.Http2Frames.PUSH_PROMISE;
import static dev.shortwire.http.Http2Frames.REFUSED_STREAM;
import static dev.shortwire.http.Http2Frames.RST_STREAM;
import static dev.shortwire.http.Http2Frames.SETTINGS;
import static dev.shortwire.http.Http2Frames.SETTING_BYTES;
import static dev.shortwire.http.Http2Frames.WINDOW_UPDATE;
import static dev.shortwire.http.Http2Frames.flags;
import static dev.shortwire.http.Http2Frames.payloadBytes;
import static dev.shortwire.http.Http2Frames.streamId;
import static dev.shortwire.http.Http2Frames.type;
import static dev.shortwire.http.Http2Frames.writeHead;
import static dev.shortwire.http.Http2Frames.writeReset;
import static dev.shortwire.http.Http2Frames.writeSetting;
import static dev.shortwire.http.Http2Frames.writeWindowUpdate;

import dev.shortwire.Bytes;
import dev.shortwire.http.HttpFailure.Cause;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The client's end of an HTTP/2 connection (RFC 9113) that many small calls share, each on a stream of its own, so that
/// one system call carries many requests, or answers, and a slow answer holds up no other. Confined to the event loop.
///
/// It does what nodes need of HTTP/2 among themselves, and that to the letter: requests that fit into one DATA frame and
/// the windows of the moment; answers of any form. Everything else is for the other connections of the pool. It can be
/// used once the server's settings are known.
///
/// The windows for answers are wide: what one may take is bounded by the longest response and the number of streams. An
/// answer has the length that its head tells, or its call fails (RFC 9113, section 8.1.1).
///
/// A call that is given up resets its stream, but not more than [#MAX_RESETS] in [#RESETS_NANOS], since servers end
/// connections that reset too much: beyond that the answer is awaited and dropped. A connection that takes no more calls
/// does not wait for such answers: it is closed when the last call that somebody waits for has its outcome.
final class SharedConnection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(SharedConnection.class);

    private static final int CONNECTION_WINDOW = 64 << 20;
    /// What the window of a stream has beyond the longest answer: room for the byte that makes an answer too long, and for
    /// padding, which is given back by halves.
    private static final long SPARE_WINDOW = DEFAULT_WINDOW;
    private static final int LAST_ID = Integer.MAX_VALUE - 2;
    /// Answers to frames that may wait for a peer which does not take what was sent before.
    private static final int MAX_OWED = 1_000;
    private static final int MAX_RESETS = 500;
    private static final long RESETS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Channel channel;
    private final ConnectionPool pool;
    private final int maxResponseBytes;
    private final boolean secure;
    private final IntObjectHashMap<SharedStream> streams = new IntObjectHashMap<>();
    private final ResponseHeads responseHeads = new ResponseHeads();
    private final Runnable flush = this::flush;
    private @Nullable RequestHeads heads;
    private @Nullable ByteBuf cumulation;
    private @Nullable ByteBuf out;
    private ResponseHeads.@Nullable Unfinished unfinished;
    private int owed;
    private int nextId = 1;
    private long maxStreams = Long.MAX_VALUE;
    private long peerWindow = DEFAULT_WINDOW;
    private long sendWindow = DEFAULT_WINDOW;
    private int unreported;
    private int resets;
    private long resetsSince = System.nanoTime();
    private int abandoned;
    private boolean flushScheduled;
    private boolean reading;
    private boolean leaving;
    private boolean ended;

    private SharedConnection(Channel channel, ConnectionPool pool, int maxResponseBytes, boolean secure) {
        this.channel = channel;
        this.pool = pool;
        this.maxResponseBytes = maxResponseBytes;
        this.secure = secure;
    }

    static void install(Channel channel, ConnectionPool pool, int maxResponseBytes, boolean secure) {
        channel.pipeline().addLast(new SharedConnection(channel, pool, maxResponseBytes, secure));
    }

    /// Says hello. Once, when the connection is there.
    void begin() {
        ByteBuf hello = out();
        hello.writeBytes(Http2CodecUtil.connectionPrefaceBuf());
        writeHead(hello, 3 * SETTING_BYTES, SETTINGS, 0, 0);
        writeSetting(hello, ENABLE_PUSH, 0);
        writeSetting(hello, INITIAL_WINDOW_SIZE, (int) Math.min(Integer.MAX_VALUE, maxResponseBytes + SPARE_WINDOW));
        writeSetting(hello, MAX_HEADER_LIST_SIZE, ResponseHeads.MAX_BYTES);
        writeWindowUpdate(hello, 0, CONNECTION_WINDOW - DEFAULT_WINDOW);
        flush();
    }

    // ---- requests

    /// Whether this request can go out now.
    boolean takes(HttpRequest request) {
        int length = request.body().length();
        RequestHeads writing = heads;
        return writing != null && writing.fits(request) && !leaving && !ended && streams.size() + abandoned < maxStreams
                && length <= sendWindow
                && length <= peerWindow && length <= MAX_PAYLOAD_BYTES && !request.method().equals("HEAD")
                && channel.isWritable();
    }

    /// Only what [#takes] agrees to.
    void send(PooledCall call, HttpRequest request) {
        RequestHeads writing = heads;
        if (writing == null) {
            throw new IllegalStateException("the settings of " + pool.address() + " are not known");
        }
        SharedStream stream = new SharedStream(this, nextId, call);
        nextId += 2;
        streams.put(stream.id, stream);
        call.carrier = stream;
        call.markSent();
        int length = request.body().length();
        ByteBuf target = out();
        int at = target.writerIndex();
        writeHead(target, 0, HEADERS, length == 0 ? END_HEADERS | END_STREAM : END_HEADERS, stream.id);
        writing.write(request, target);
        target.setMedium(at, target.writerIndex() - at - HEAD_BYTES);
        if (length > 0) {
            sendWindow -= length;
            writeHead(target, length, DATA, END_STREAM, stream.id);
            target.writeBytes(request.body().asByteBuffer());
        }
        flushSoon();
        if (nextId >= LAST_ID) {
            leave();
        }
    }

    /// Gives a stream up whose call has its outcome already.
    void reset(SharedStream stream) {
        if (streams.remove(stream.id) != stream || ended) {
            return;
        }
        long now = System.nanoTime();
        if (now - resetsSince >= RESETS_NANOS) {
            resetsSince = now;
            resets = 0;
        }
        if (resets >= MAX_RESETS) {
            abandoned++;
        } else {
            resets++;
            writeReset(out(), stream.id, CANCEL);
            flushSoon();
        }
        leaveIfDone();
    }

    private ByteBuf out() {
        ByteBuf target = out;
        if (target == null) {
            target = channel.alloc().ioBuffer(4 * 1024);
            out = target;
        }
        return target;
    }

    /// At the end of the burst that is read, or of the tasks that wait now.
    private void flushSoon() {
        if (!reading && !flushScheduled) {
            flushScheduled = true;
            channel.eventLoop().execute(flush);
        }
    }

    private void flush() {
        flushScheduled = false;
        ByteBuf ready = out;
        if (ready != null) {
            out = null;
            ChannelPromise written = channel.newPromise();
            var _ = written.addListener(done -> {
                if (!done.isSuccess()) {
                    end(Cause.CLOSED, "the connection to " + pool.address() + " broke: " + done.cause().getMessage());
                }
            });
            var _ = channel.writeAndFlush(ready, written);
        }
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (ended || !(message instanceof ByteBuf arrived)) {
            ReferenceCountUtil.release(message);
            return;
        }
        ByteBuf before = cumulation;
        ByteBuf bytes = before == null ? arrived
                : ctx.alloc().ioBuffer(before.readableBytes() + arrived.readableBytes()).writeBytes(before)
                        .writeBytes(arrived);
        if (before != null) {
            before.release();
            arrived.release();
            cumulation = null;
        }
        reading = true;
        try {
            while (!ended && bytes.readableBytes() >= HEAD_BYTES) {
                int length = payloadBytes(bytes);
                if (length > MAX_PAYLOAD_BYTES) {
                    malformed("a frame of " + length + " bytes");
                } else if (bytes.readableBytes() < HEAD_BYTES + length) {
                    break;
                } else {
                    take(bytes, length);
                }
            }
        } catch (Http2Exception | IndexOutOfBoundsException | IllegalArgumentException e) {
            malformed(String.valueOf(e.getMessage()));
        } finally {
            if (!ended && bytes.isReadable()) {
                cumulation = bytes;
            } else {
                bytes.release();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        // Who was told an answer may have made the next call, which waits as a task: it leaves with the same flush.
        if (out != null) {
            flushSoon();
        }
    }

    private void take(ByteBuf bytes, int length) throws Http2Exception {
        int type = type(bytes);
        int flags = flags(bytes);
        int streamId = streamId(bytes);
        bytes.skipBytes(HEAD_BYTES);
        ByteBuf payload = bytes.readSlice(length);
        ResponseHeads.Unfinished begun = unfinished;
        if (begun != null && (type != CONTINUATION || streamId != begun.streamId())) {
            malformed("a head that is cut off");
            return;
        }
        if (heads == null && type != SETTINGS) {
            malformed("no settings first");
            return;
        }
        switch (type) {
            case DATA -> onData(streamId, flags, payload);
            case HEADERS -> onHeaders(streamId, flags, payload);
            case CONTINUATION -> onContinuation(flags, payload);
            case RST_STREAM -> onReset(streamId, payload.readInt());
            case SETTINGS -> onSettings(flags, payload);
            case PUSH_PROMISE -> malformed("a push");
            case PING -> onPing(flags, payload);
            case GOAWAY -> onGoAway(payload.readInt() & Integer.MAX_VALUE);
            case WINDOW_UPDATE -> onWindowUpdate(streamId, payload.readInt() & Integer.MAX_VALUE);
            default -> log.trace("A frame of type {} is passed over", type);
        }
    }

    private void onSettings(int flags, ByteBuf payload) {
        if ((flags & ACK) != 0) {
            return;
        }
        long tableBytes = DEFAULT_TABLE_BYTES;
        while (payload.isReadable()) {
            int id = payload.readUnsignedShort();
            long value = payload.readUnsignedInt();
            switch (id) {
                case HEADER_TABLE_SIZE -> tableBytes = value;
                case MAX_CONCURRENT_STREAMS -> maxStreams = value;
                case INITIAL_WINDOW_SIZE -> peerWindow = value;
                default -> log.trace("Setting {} is {}", id, value);
            }
        }
        if (!mayOwe()) {
            return;
        }
        writeHead(out(), 0, SETTINGS, ACK, 0);
        flushSoon();
        if (heads == null) {
            pool.sharedIsWell();
            heads = new RequestHeads(pool.address().toString(), secure, tableBytes);
        } else if (tableBytes < DEFAULT_TABLE_BYTES) {
            // Nobody does that. The heads would have to be written otherwise from now on.
            leave();
        }
    }

    private void onPing(int flags, ByteBuf payload) {
        if (payload.readableBytes() != PING_BYTES) {
            malformed("a ping of " + payload.readableBytes() + " bytes");
        } else if ((flags & ACK) == 0 && mayOwe()) {
            writeHead(out(), PING_BYTES, PING, ACK, 0);
            out().writeBytes(payload);
            flushSoon();
        }
    }

    /// To be asked before a frame is answered, so that a peer which asks and does not read what it is told takes no
    /// memory without end. What is owed for one burst of frames is written before the next is read.
    private boolean mayOwe() {
        if (channel.isWritable()) {
            owed = 0;
        } else if (++owed > MAX_OWED) {
            malformed("more frames to answer than answers that are taken");
        }
        return !ended;
    }

    private void onWindowUpdate(int streamId, int increment) {
        if (streamId == 0) {
            sendWindow += increment;
        }
    }

    private void onHeaders(int streamId, int flags, ByteBuf payload) throws Http2Exception {
        int padding = (flags & PADDED) != 0 ? payload.readUnsignedByte() : 0;
        if ((flags & PRIORITY) != 0) {
            payload.skipBytes(PRIORITY_BYTES);
        }
        ByteBuf part = payload.readSlice(payload.readableBytes() - padding);
        if ((flags & END_HEADERS) != 0) {
            onHead(streamId, flags, part);
        } else {
            unfinished = new ResponseHeads.Unfinished(streamId, flags, part);
        }
    }

    private void onContinuation(int flags, ByteBuf payload) throws Http2Exception {
        ResponseHeads.Unfinished begun = unfinished;
        if (begun == null || !begun.add(payload)) {
            malformed("a head that is too long, or has no beginning");
            return;
        }
        if ((flags & END_HEADERS) != 0) {
            unfinished = null;
            onHead(begun.streamId(), begun.flags(), begun.fields());
        }
    }

    private void onHead(int streamId, int flags, ByteBuf fields) throws Http2Exception {
        SharedStream.Head head = responseHeads.decode(streamId, fields);
        SharedStream stream = streams.get(streamId);
        boolean isLast = (flags & END_STREAM) != 0;
        if (stream == null) {
            forgotten(isLast);
        } else if (head.length() > maxResponseBytes) {
            tooLarge(stream);
        } else {
            if (stream.head == null && head.status() >= 200) {
                stream.head = head;
            }
            if (isLast) {
                complete(stream);
            }
        }
    }

    private void onData(int streamId, int flags, ByteBuf payload) {
        int taken = payload.readableBytes();
        int padding = (flags & PADDED) != 0 ? payload.readUnsignedByte() : 0;
        ByteBuf data = payload.readSlice(payload.readableBytes() - padding);
        boolean isLast = (flags & END_STREAM) != 0;
        SharedStream stream = streams.get(streamId);
        if (stream == null) {
            forgotten(isLast);
        } else {
            giveBack(stream, taken - data.readableBytes(), isLast);
            append(stream, data, isLast);
        }
        unreported += taken;
        if (!ended && unreported >= CONNECTION_WINDOW / 2) {
            writeWindowUpdate(out(), 0, unreported);
            unreported = 0;
            flushSoon();
        }
    }

    /// Widens the window of a stream by its padding, which is no part of the answer that it was made for.
    private void giveBack(SharedStream stream, int padding, boolean isLast) {
        stream.padding += padding;
        if (!isLast && stream.padding >= SPARE_WINDOW / 2 && mayOwe()) {
            writeWindowUpdate(out(), stream.id, stream.padding);
            stream.padding = 0;
            flushSoon();
        }
    }

    private void append(SharedStream stream, ByteBuf data, boolean isLast) {
        SharedStream.Head head = stream.head;
        if (ended) {
            return;
        }
        if (head == null) {
            malformed("a body without a head");
            return;
        }
        BodyBuffer body = stream.body;
        if (body == null) {
            body = new BodyBuffer(isLast ? data.readableBytes() : head.length(), maxResponseBytes);
            stream.body = body;
        }
        if (!body.hasRoomFor(data.readableBytes())) {
            tooLarge(stream);
            return;
        }
        body.append(data);
        if (isLast) {
            complete(stream);
        }
    }

    /// An answer, or a part of it, to a call that was given up.
    private void forgotten(boolean isLast) {
        if (isLast && abandoned > 0) {
            abandoned--;
        }
    }

    private void complete(SharedStream stream) {
        SharedStream.Head head = stream.head;
        if (head == null || head.status() == 0) {
            malformed("an answer without a status");
            return;
        }
        streams.remove(stream.id);
        stream.call.carrier = null;
        BodyBuffer buffer = stream.body;
        Bytes body = buffer == null ? Bytes.EMPTY : buffer.take();
        if (head.mayHave(body.length())) {
            stream.call.answer(new HttpResponse(head.status(), head.headers(), body));
        } else {
            stream.call.fail(Cause.MALFORMED, "the response of " + pool.address() + " has " + body.length()
                    + " bytes, and its head tells another length");
        }
        leaveIfDone();
    }

    private void tooLarge(SharedStream stream) {
        reset(stream);
        stream.call.carrier = null;
        stream.call.fail(Cause.TOO_LARGE,
                "the response of " + pool.address() + " has more than " + maxResponseBytes + " bytes");
    }

    // ---- ending

    private void onReset(int streamId, int error) {
        SharedStream stream = streams.remove(streamId);
        if (stream == null) {
            forgotten(true);
        } else {
            refused(stream, error == REFUSED_STREAM, "it was reset with error " + error);
        }
        leaveIfDone();
    }

    /// @param isCertain whether the server did nothing with the request
    private void refused(SharedStream stream, boolean isCertain, String why) {
        stream.call.carrier = null;
        if (isCertain) {
            pool.sendOtherwise(stream.call);
        } else {
            stream.call.fail(Cause.CLOSED, "the call to " + pool.address() + " was not answered: " + why);
        }
    }

    /// The server takes no more; of those that it has, it answers the ones up to `lastId` (RFC 9113, section 6.8).
    private void onGoAway(int lastId) {
        leaving = true;
        for (SharedStream stream : new ArrayList<>(streams.values())) {
            if (stream.id > lastId) {
                streams.remove(stream.id);
                refused(stream, true, "the server goes away");
            }
        }
        leave();
    }

    private void leave() {
        leaving = true;
        pool.sharedLeaves(this);
        leaveIfDone();
    }

    private void leaveIfDone() {
        if (leaving && streams.isEmpty()) {
            close();
        }
    }

    private void malformed(String what) {
        end(Cause.MALFORMED, "what came from " + pool.address() + " is not HTTP/2: " + what);
    }

    /// Closes; calls on their way fail.
    void close() {
        end(Cause.CLOSED, "the connection to " + pool.address() + " was closed");
    }

    /// The calls that have no outcome yet.
    void forEachCall(Consumer<PooledCall> action) {
        streams.values().forEach(stream -> action.accept(stream.call));
    }

    boolean isEnded() {
        return ended;
    }

    private void end(Cause cause, String message) {
        if (ended) {
            return;
        }
        ended = true;
        var _ = channel.close();
        pool.sharedLeaves(this);
        List<SharedStream> left = new ArrayList<>(streams.values());
        streams.clear();
        for (SharedStream stream : left) {
            stream.call.carrier = null;
            stream.call.fail(cause, message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(Cause.CLOSED, pool.address() + " closed the connection before it answered");
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (cumulation != null) {
            cumulation.release();
            cumulation = null;
        }
        if (out != null) {
            out.release();
            out = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("A connection to {} broke", pool.address(), cause);
        end(Cause.CLOSED, "the connection to " + pool.address() + " broke: " + cause.getMessage());
    }
}
