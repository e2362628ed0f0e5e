package dev.shortwire.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One HTTP/2 connection of a server, confined to its event loop except where a method says otherwise.
///
/// Its requests are handled side by side, and answered in any order; what a request must be, which handler it gets and
/// how long its body may be is as in [ServerConnection]. Answers that are ready together leave with one flush.
///
/// What one client can take is bounded: requests at once and the rate of resets, by [Http2Handler]; bytes of bodies, by
/// the server; answers that it does not take, here: no handler starts while more than 32 MiB of them wait, and the
/// connection ends when none was taken for a request timeout; frames that carry nothing, here, by their number between
/// two ticks of the clock; the time that a request takes to arrive, here.
final class Http2Session extends Http2FrameAdapter implements Connection {
    private static final Logger log = LoggerFactory.getLogger(Http2Session.class);
    private static final long MAX_WAITING_BYTES = 32L << 20;
    /// A client need not know yet how many streams it may open, but must not go on so for ever.
    private static final int MAX_UNTOLD_STREAMS = 4 * Http2Handler.MAX_STREAMS;
    private static final int MAX_EMPTY_FRAMES_PER_TICK = 10_000;
    private static final long LONGEST_TICK_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long SHORTEST_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final HttpServer server;
    private final SocketChannel channel;
    private final long requestNanos;
    private final long idleNanos;
    private final IntObjectHashMap<ServerStream> streams = new IntObjectHashMap<>();
    private final ArrayDeque<ServerStream> waiting = new ArrayDeque<>();
    private final Http2Handler handler;
    private final ChannelHandlerContext ctx;
    private final Future<?> ticking;
    private int running;
    private long waitingBytes;
    private long progressAt = System.nanoTime();
    private long activeAt = System.nanoTime();
    private int emptyFrames;
    private boolean flushScheduled;
    private boolean dispatching;
    private volatile boolean keepWhileIdle;

    /// Takes the place of all that is in the channel's pipeline after its first handler.
    Http2Session(HttpServer server, SocketChannel channel) {
        this.server = server;
        this.channel = channel;
        this.requestNanos = server.options().requestTimeout().toNanos();
        this.idleNanos = server.options().idleTimeout().toNanos();
        this.handler = Http2Handler.of(this, server.options());
        handler.connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                closed(stream.id());
            }
        });
        channel.pipeline().addLast(handler);
        this.ctx = channel.pipeline().context(handler);
        long tick = Math.clamp(Math.min(requestNanos, idleNanos) / 2, SHORTEST_TICK_NANOS, LONGEST_TICK_NANOS);
        this.ticking = channel.eventLoop().scheduleAtFixedRate(this::tick, tick, tick, TimeUnit.NANOSECONDS);
        var _ = channel.closeFuture().addListener(gone -> ended());
    }

    /// Any thread.
    HttpServer server() {
        return server;
    }

    /// Any thread.
    InetSocketAddress remote() {
        return channel.remoteAddress();
    }

    /// The session of this connection's TLS, or null. Any thread.
    @Nullable
    SSLSession tls() {
        return TlsPipe.session(channel);
    }

    /// Any thread.
    void keepWhileIdle() {
        if (!keepWhileIdle) {
            execute(this::keep);
        }
    }

    private void keep() {
        if (!keepWhileIdle && channel.isActive() && server.takeKeptPlace()) {
            keepWhileIdle = true;
        }
    }

    // ---- reading

    @Override
    public void onHeadersRead(ChannelHandlerContext context, int streamId, Http2Headers headers, int padding,
            boolean endOfStream) {
        activeAt = System.nanoTime();
        ServerStream stream = streams.get(streamId);
        if (stream == null) {
            if (streams.size() >= MAX_UNTOLD_STREAMS) {
                endBecause("too many streams before the settings were acknowledged");
                return;
            }
            stream = new ServerStream(this, streamId);
            streams.put(streamId, stream);
            stream.complete = endOfStream;
            begin(stream, headers);
        }
        if (endOfStream) {
            complete(stream);
        }
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext context, int streamId, Http2Headers headers, int streamDependency,
            short weight, boolean exclusive, int padding, boolean endOfStream) {
        onHeadersRead(context, streamId, headers, padding, endOfStream);
    }

    private void begin(ServerStream stream, Http2Headers headers) {
        try {
            stream.request = Http2Messages.request(headers);
            HttpProblem problem = RequestRules.check(stream.request, HttpVersion.HTTP_1_1, server.hostNames());
            if (problem != null) {
                throw problem;
            }
            Routes.Entry route = server.routes().find(stream.request.rawPath());
            if (route == null) {
                throw new HttpProblem(404, "nothing is at this address");
            }
            long announced = Http2Messages.contentLength(stream.request);
            if (announced > route.maxBodyBytes()) {
                throw tooLarge(route);
            }
            stream.route = route;
            stream.body = new BodyBuffer(announced, route.maxBodyBytes());
        } catch (HttpProblem problem) {
            refuse(stream, problem);
        }
    }

    private static HttpProblem tooLarge(Routes.Entry route) {
        return new HttpProblem(413,
                "the body has more than the " + route.maxBodyBytes() + " bytes allowed here; send less");
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        int taken = data.readableBytes() + padding;
        activeAt = System.nanoTime();
        countIfEmpty(data.readableBytes() == 0 && !endOfStream);
        ServerStream stream = streams.get(streamId);
        if (stream == null) {
            return taken;
        }
        stream.complete = endOfStream;
        BodyBuffer body = stream.body;
        Routes.Entry route = stream.route;
        if (body != null && route != null) {
            if (endOfStream && body.isEmpty() && data.readableBytes() <= route.maxBodyBytes()) {
                body = new BodyBuffer(data.readableBytes(), route.maxBodyBytes());
                stream.body = body;
            }
            int growth = body.hasRoomFor(data.readableBytes()) ? body.growth(data.readableBytes()) : -1;
            if (growth < 0) {
                refuse(stream, tooLarge(route));
            } else if (!reserve(stream, growth)) {
                refuse(stream, new HttpProblem(503, "too many bytes of requests are held now; try again later"));
            } else {
                body.append(data);
            }
        }
        if (endOfStream) {
            complete(stream);
        }
        return taken;
    }

    private boolean reserve(ServerStream stream, int bytes) {
        stream.bodyMemory += bytes;
        return server.reserve(bytes);
    }

    private void complete(ServerStream stream) {
        stream.complete = true;
        BodyBuffer body = stream.body;
        Routes.Entry route = stream.route;
        if (body != null && route != null) {
            stream.body = null;
            enqueue(stream, new ServerExchange(stream, stream.request.body(body.take()), route, null, true, false,
                    stream.bodyMemory));
        }
    }

    /// Answers with the problem instead of asking a handler.
    private void refuse(ServerStream stream, HttpProblem problem) {
        stream.body = null;
        if (stream.exchange == null) {
            HttpResponse answer = HttpResponse.text(problem.status(), String.valueOf(problem.getMessage()));
            enqueue(stream, new ServerExchange(stream, stream.request, null, answer, true, false, stream.bodyMemory));
        }
    }

    private void enqueue(ServerStream stream, ServerExchange exchange) {
        stream.exchange = exchange;
        waiting.add(stream);
        dispatch();
    }

    /// Starts handlers while there are requests and room for their answers.
    private void dispatch() {
        if (dispatching) {
            return;
        }
        dispatching = true;
        try {
            while (!waiting.isEmpty() && waitingBytes < MAX_WAITING_BYTES && running < Http2Handler.MAX_STREAMS) {
                ServerStream next = waiting.remove();
                ServerExchange exchange = next.exchange;
                if (exchange != null && streams.get(next.id) == next) {
                    next.running = true;
                    running++;
                    exchange.run();
                }
            }
        } finally {
            dispatching = false;
        }
    }

    // ---- answering

    /// Any thread; called once per stream.
    void answer(ServerStream stream, HttpResponse response) {
        if (channel.eventLoop().inEventLoop()) {
            write(stream, response);
            return;
        }
        try {
            channel.eventLoop().execute(() -> write(stream, response));
        } catch (RejectedExecutionException e) {
            log.debug("An answer to {} came after the server was closed", stream.request);
        }
    }

    private void write(ServerStream stream, HttpResponse response) {
        if (streams.get(stream.id) != stream || stream.answered) {
            return;
        }
        stream.answered = true;
        handlerEnded(stream);
        releaseMemory(stream);
        boolean hasNoBody = response.status() == 204 || response.status() == 304 || response.body().isEmpty()
                || stream.request.method().equals("HEAD");
        Http2Headers head = Http2Messages.head(response);
        var written = handler.encoder().writeHeaders(ctx, stream.id, head, 0, hasNoBody, ctx.newPromise());
        if (!hasNoBody) {
            int bytes = response.body().length();
            waitingBytes += bytes;
            written = handler.encoder().writeData(ctx, stream.id,
                    Unpooled.wrappedBuffer(response.body().asByteBuffer()),
                    0, true, ctx.newPromise());
            var _ = written.addListener(done -> taken(bytes));
        }
        if (!stream.complete) {
            // The rest of the request is not wanted (RFC 9113, section 8.1).
            var _ = written.addListener(done -> {
                var _ = handler.resetStream(ctx, stream.id, Http2Error.NO_ERROR.code(), ctx.newPromise());
                flushSoon();
            });
        }
        flushSoon();
        dispatch();
    }

    private void taken(int bytes) {
        waitingBytes -= bytes;
        progressAt = System.nanoTime();
        dispatch();
    }

    private void flushSoon() {
        if (!flushScheduled) {
            flushScheduled = true;
            channel.eventLoop().execute(() -> {
                flushScheduled = false;
                handler.flush(ctx);
            });
        }
    }

    // ---- what carries nothing

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext context, int streamId, int windowSizeIncrement) {
        progressAt = System.nanoTime();
        countIfEmpty(windowSizeIncrement < 1024);
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) {
        countIfEmpty(true);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
        countIfEmpty(true);
    }

    @Override
    public void onPriorityRead(ChannelHandlerContext context, int streamId, int streamDependency, short weight,
            boolean exclusive) {
        countIfEmpty(true);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int streamId, long errorCode) {
        countIfEmpty(true);
    }

    private void countIfEmpty(boolean empty) {
        if (empty && ++emptyFrames == MAX_EMPTY_FRAMES_PER_TICK) {
            endBecause("too many frames that carry nothing");
        }
    }

    private void endBecause(String why) {
        log.debug("{} is cut off: {}", channel.remoteAddress(), why);
        handler.onError(ctx, true, Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, why));
    }

    // ---- time

    private void tick() {
        long now = System.nanoTime();
        emptyFrames = 0;
        if (waitingBytes > 0 && now - progressAt >= requestNanos) {
            close();
            return;
        }
        if (streams.isEmpty() && !keepWhileIdle && now - activeAt >= idleNanos) {
            var _ = channel.close();
            return;
        }
        for (ServerStream stream : new ArrayList<>(streams.values())) {
            if (!stream.complete && stream.exchange == null && now - stream.sinceNanos >= requestNanos) {
                refuse(stream, new HttpProblem(408, "the request took too long to arrive"));
            }
        }
    }

    // ---- ending

    /// A stream has ended, with its answer or without.
    private void closed(int streamId) {
        ServerStream stream = streams.remove(streamId);
        if (stream == null) {
            return;
        }
        activeAt = System.nanoTime();
        stream.body = null;
        handlerEnded(stream);
        releaseMemory(stream);
        ServerExchange exchange = stream.exchange;
        if (exchange != null && !stream.answered) {
            exchange.abandon();
        }
        dispatch();
    }

    private void handlerEnded(ServerStream stream) {
        if (stream.running) {
            stream.running = false;
            running--;
        }
    }

    private void releaseMemory(ServerStream stream) {
        server.release(stream.bodyMemory);
        stream.bodyMemory = 0;
    }

    private void ended() {
        ticking.cancel(false);
        new ArrayList<>(streams.values()).forEach(stream -> closed(stream.id));
        server.connectionClosed(this, keepWhileIdle);
    }

    /// Ends the connection when its streams have ended, after the drain timeout at the latest.
    @Override
    public void drain() {
        execute(() -> {
            var _ = channel.close();
        });
    }

    @Override
    public void closeNow() {
        execute(this::close);
    }

    /// Past the handler, which would wait for the streams.
    private void close() {
        var _ = ctx.close();
    }

    private void execute(Runnable work) {
        try {
            channel.eventLoop().execute(work);
        } catch (RejectedExecutionException e) {
            log.debug("A connection was to be closed after its event loop");
        }
    }
}
