package dev.shortwire.http;

import dev.shortwire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection of a server, confined to its event loop except where a method says otherwise.
///
/// Requests are handled one after the other, so that answers leave in the order of the requests (RFC 9112, section
/// 9.3.2). While one waits for its handler and another is read already, nothing more is read, and no handler starts
/// while the client does not take what was answered: a connection holds at most one answer and the requests of one read.
///
/// A request that can't be trusted ends the connection: the answer says why, our half is closed, and what still comes is
/// thrown away for a moment, since closing at once would make the client's kernel drop the answer.
final class ServerConnection extends ChannelInboundHandlerAdapter implements Answering, Connection {
    private static final Logger log = LoggerFactory.getLogger(ServerConnection.class);
    private static final long LINGER_MILLIS = 1_000;
    /// What the decoder may hold of a request's head without asking; more counts against what all connections may hold,
    /// so that many long heads that never end can't take the memory of others, and a short one is never refused.
    private static final int FREE_UNDECODED_BYTES = 8 * 1024;

    private final HttpServer server;
    private final SocketChannel channel;
    private final ArrayDeque<ServerExchange> waiting = new ArrayDeque<>();
    private final ConnectionClock times;
    private final RequestDecoder decoder;
    private final ResponseWriter writer = new ResponseWriter();
    private final LastRequest last = new LastRequest();
    private List<ChannelHandler> ownHandlers = List.of();
    private @Nullable ServerExchange current;
    private @Nullable RequestHead head;
    private @Nullable BodyBuffer body;
    private long bodyMemory;
    private long undecodedBytes;
    private long heldBytes;
    private boolean owesContinue;
    private boolean dispatching;
    private boolean reading;
    private boolean needsFlush;
    private boolean ended;
    private boolean kept;

    ServerConnection(HttpServer server, SocketChannel channel, RequestDecoder decoder) {
        this.server = server;
        this.channel = channel;
        this.decoder = decoder;
        this.times = new ConnectionClock(channel, server.options());
    }

    /// Appends what reads and writes HTTP/1.1 on this connection.
    void install(ChannelHandler guard) {
        ownHandlers = List.of(guard, decoder, this);
        channel.pipeline().addLast(new ProtocolChoice(this));
        for (ChannelHandler handler : ownHandlers) {
            channel.pipeline().addLast(handler);
        }
    }

    @Override
    public HttpServer server() {
        return server;
    }

    @Override
    public InetSocketAddress remote() {
        return channel.remoteAddress();
    }

    /// The session of this connection's TLS, or null. Any thread.
    @Override
    public @Nullable SSLSession session() {
        return TlsPipe.session(channel);
    }

    // ---- reading

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        times.start(this::isBusy, this::timedOut);
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        reading = true;
        undecodedBytes = decoder.bytesLeft();
        try {
            if (!ended && message instanceof io.netty.handler.codec.http.HttpRequest request) {
                onHead(request);
            }
            if (!ended && message instanceof HttpContent content) {
                onContent(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        flushIfNeeded();
    }

    /// The time for the first request runs, although the decoder has seen nothing of it.
    void firstBytesArrived() {
        times.bytesArrived();
    }

    /// Leaves the connection to one that speaks HTTP/2. Before anything was read.
    void becomeHttp2() {
        ended = true;
        times.stop();
        for (ChannelHandler handler : ownHandlers) {
            channel.pipeline().remove(handler);
        }
        server.connectionChanged(this, new Http2Session(server, channel));
    }

    /// Takes a request that repeats the head of one before, see [RepeatedRequest], past the decoder.
    ///
    /// @return false if the bytes are anything else; then nothing was done
    boolean takesRepeated(ByteBuf bytes) {
        RepeatedRequest known = ended || isBusy() ? null : last.repeatedBy(bytes);
        if (known == null || server.routes().find(known.request().rawPath()) != known.route()) {
            return false;
        }
        if (!reserve(known.bodyLength())) {
            server.release(bodyMemory);
            bodyMemory = 0;
            return false;
        }
        reading = true;
        byte[] sent = new byte[known.bodyLength()];
        bytes.getBytes(bytes.readerIndex() + known.headLength(), sent);
        ServerExchange exchange = new ServerExchange(this, known.request().body(Bytes.adopt(sent)), known.route(), null,
                true, false, bodyMemory);
        bodyMemory = 0;
        enqueue(exchange);
        return true;
    }

    /// Bytes arrived, which the decoder has not seen yet.
    void bytesArrived(ByteBuf bytes) {
        times.bytesArrived();
        undecodedBytes += bytes.readableBytes();
        last.bytesArrived(bytes);
    }

    /// The decoder has seen what arrived.
    void bytesDecoded() {
        last.bytesDecoded();
        if (!holdUndecoded() && !ended) {
            refuse(new HttpProblem(503, "too many long requests are arriving now; try again later"));
        }
    }

    /// @return false if all connections together hold too much; it is counted nevertheless
    private boolean holdUndecoded() {
        long before = heldBytes;
        heldBytes = Math.max(0, undecodedBytes - FREE_UNDECODED_BYTES);
        return server.reserveUndecoded(heldBytes - before);
    }

    /// Whether nothing more is read. What still comes is thrown away before it is decoded.
    boolean isEnded() {
        return ended;
    }

    private void onHead(io.netty.handler.codec.http.HttpRequest message) {
        last.headDecoded();
        if (message.decoderResult().isFailure()) {
            refuse(RequestRules.problemOf(message.decoderResult().cause()));
            return;
        }
        HttpRequest request = HttpRequest.of(message.method().name(), message.uri(), headersOf(message), Bytes.EMPTY);
        boolean http10 = message.protocolVersion().equals(HttpVersion.HTTP_1_0);
        HttpProblem problem = RequestRules.check(request, message.protocolVersion(), server.hostNames());
        Routes.Entry route = problem == null ? server.routes().find(request.rawPath()) : null;
        boolean hasBody = HttpUtil.isTransferEncodingChunked(message) || HttpUtil.getContentLength(message, 0L) > 0;
        if (problem == null && route == null) {
            HttpResponse notFound = HttpResponse.text(404, "nothing is at this address");
            boolean keepAlive = HttpUtil.isKeepAlive(message) && !hasBody;
            refuse(request, notFound, keepAlive, http10);
        } else if (problem != null || route == null) {
            refuse(problem == null ? new HttpProblem(404, "") : problem);
        } else {
            begin(message, new RequestHead(request, route, HttpUtil.isKeepAlive(message), http10,
                    HttpUtil.getContentLength(message, 0L)));
        }
    }

    private void begin(io.netty.handler.codec.http.HttpRequest message, RequestHead begun) {
        long announced = HttpUtil.getContentLength(message, -1L);
        if (announced > begun.route().maxBodyBytes()) {
            refuseTooLong(begun);
            return;
        }
        head = begun;
        body = new BodyBuffer(announced, begun.route().maxBodyBytes());
        if (HttpUtil.is100ContinueExpected(message)) {
            owesContinue = true;
            sendContinue();
        }
    }

    private void onContent(HttpContent content) {
        RequestHead begun = head;
        BodyBuffer buffer = body;
        if (begun == null || buffer == null) {
            return;
        }
        ByteBuf part = content.content();
        if (content.decoderResult().isFailure()) {
            refuse(RequestRules.problemOf(content.decoderResult().cause()));
        } else if (!buffer.hasRoomFor(part.readableBytes())) {
            refuseTooLong(begun);
        } else if (!reserve(buffer.growth(part.readableBytes()))) {
            refuse(new HttpProblem(503, "too many bytes of requests are held now; try again later"));
        } else {
            buffer.append(part);
            if (content instanceof LastHttpContent) {
                complete(begun, buffer);
            }
        }
    }

    private void complete(RequestHead begun, BodyBuffer buffer) {
        Bytes sent = buffer.take();
        last.complete(begun, sent.length(), decoder.bytesLeft());
        ServerExchange exchange = new ServerExchange(this, begun.request().body(sent), begun.route(), null,
                begun.keepAlive(), begun.http10(), bodyMemory);
        bodyMemory = 0;
        head = null;
        body = null;
        owesContinue = false;
        enqueue(exchange);
    }

    private void enqueue(ServerExchange exchange) {
        times.requestComplete();
        waiting.add(exchange);
        dispatch();
        if (!waiting.isEmpty()) {
            channel.config().setAutoRead(false);
        }
    }

    private void refuseTooLong(RequestHead begun) {
        HttpHandler handler = begun.route().handler();
        refuse(begun.request(), handler.bodyTooLong(begun.request(), begun.route().maxBodyBytes()), false, false);
    }

    private boolean reserve(long bytes) {
        bodyMemory += bytes;
        return server.reserve(bytes);
    }

    // ---- refusing

    /// Answers with the problem, after the answers that are owed before it, and ends the connection.
    private void refuse(HttpProblem problem) {
        refuse(HttpRequest.of("GET", "/"), HttpResponse.text(problem.status(), String.valueOf(problem.getMessage())),
                false,
                false);
    }

    private void refuse(HttpRequest request, HttpResponse answer, boolean keepAlive, boolean http10) {
        head = null;
        body = null;
        owesContinue = false;
        ServerExchange exchange = new ServerExchange(this, request, null, answer, keepAlive, http10, bodyMemory);
        bodyMemory = 0;
        ended = !keepAlive;
        enqueue(exchange);
    }

    // ---- answering

    /// Starts handlers while there are requests whose turn it is.
    private void dispatch() {
        if (dispatching) {
            return;
        }
        dispatching = true;
        try {
            while (current == null && !waiting.isEmpty() && channel.isWritable()) {
                ServerExchange next = waiting.remove();
                current = next;
                next.run();
            }
        } finally {
            dispatching = false;
        }
        if (waiting.isEmpty() && channel.isActive()) {
            channel.config().setAutoRead(true);
            sendContinue();
        }
    }

    @Override
    public void answer(ServerExchange exchange, HttpResponse response) {
        if (channel.eventLoop().inEventLoop()) {
            write(exchange, response);
            return;
        }
        try {
            channel.eventLoop().execute(() -> write(exchange, response));
        } catch (RejectedExecutionException e) {
            log.debug("An answer to {} came after the server was closed", exchange.request());
        }
    }

    private void write(ServerExchange exchange, HttpResponse response) {
        if (current != exchange) {
            return;
        }
        current = null;
        server.release(exchange.bodyMemory());
        boolean isLast = !exchange.keepAlive() || server.isClosed();
        boolean isHead = exchange.request().method().equals("HEAD");
        var _ = channel.write(writer.write(response, isHead, isLast, exchange.isHttp10(), channel.alloc()))
                .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        times.answered();
        needsFlush = true;
        if (isLast) {
            endAfterFlush();
        }
        if (!reading) {
            flushIfNeeded();
        }
        dispatch();
    }

    private void sendContinue() {
        if (owesContinue && current == null && waiting.isEmpty()) {
            owesContinue = false;
            var _ = channel.writeAndFlush(ResponseWriter.goOn())
                    .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        }
    }

    private void flushIfNeeded() {
        if (needsFlush) {
            needsFlush = false;
            channel.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        dispatch();
    }

    // ---- ending

    /// Closes our half when everything is written, and the rest when the client has closed its own or a moment passed.
    private void endAfterFlush() {
        ended = true;
        needsFlush = false;
        channel.config().setAutoRead(true);
        var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) done -> {
            if (done.isSuccess()) {
                var _ = TlsPipe.closeOutbound(channel).addListener(told -> {
                    var _ = channel.shutdownOutput();
                });
                var _ = channel.eventLoop().schedule(this::closeChannel, LINGER_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                var _ = channel.close();
            }
        });
    }

    @Override
    public void drain() {
        execute(() -> {
            if (current == null && waiting.isEmpty() && !ended) {
                var _ = channel.close();
            }
        });
    }

    private void closeChannel() {
        var _ = channel.close();
    }

    @Override
    public void closeNow() {
        execute(this::closeChannel);
    }

    private void execute(Runnable work) {
        try {
            channel.eventLoop().execute(work);
        } catch (RejectedExecutionException e) {
            log.debug("A connection was to be closed after its event loop");
        }
    }

    /// Any thread.
    @Override
    public void keepWhileIdle() {
        if (channel.eventLoop().inEventLoop()) {
            keep();
        } else {
            execute(this::keep);
        }
    }

    private void keep() {
        if (!kept && channel.isActive() && server.takeKeptPlace()) {
            kept = true;
            times.keepWhileIdle();
        }
    }

    private boolean isBusy() {
        return current != null || !waiting.isEmpty();
    }

    private void timedOut(boolean midRequest) {
        if (midRequest && !ended && !isBusy()) {
            refuse(new HttpProblem(408, "the request took too long to arrive"));
        } else {
            var _ = channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended = true;
        times.stop();
        server.release(bodyMemory);
        bodyMemory = 0;
        undecodedBytes = 0;
        holdUndecoded();
        ServerExchange left = current;
        current = null;
        if (left != null) {
            server.release(left.bodyMemory());
            left.abandon();
        }
        waiting.forEach(exchange -> server.release(exchange.bodyMemory()));
        waiting.clear();
        server.connectionClosed(this, kept);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        String tls = TlsPipe.faultOf(cause);
        if (tls != null) {
            server.tlsFailed(channel.remoteAddress(), tls);
        } else if (!(cause instanceof IOException)) {
            log.warn("A connection from {} is closed because of a fault", channel.remoteAddress(), cause);
        }
        var _ = channel.close();
    }

    private static Headers headersOf(io.netty.handler.codec.http.HttpRequest message) {
        List<String> pairs = new ArrayList<>();
        message.headers().iteratorCharSequence().forEachRemaining(field -> {
            pairs.add(field.getKey().toString());
            pairs.add(field.getValue().toString());
        });
        return Headers.adopt(pairs);
    }
}
