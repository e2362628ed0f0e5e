package dev.shortwire.http;

import dev.shortwire.http.HttpFailure.Cause;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection of a pool, confined to its event loop. Carries one call at a time; anything unexpected ends it.
final class ClientConnection extends ChannelInboundHandlerAdapter implements Carrier {
    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private final Channel channel;
    private final ConnectionPool pool;
    private final int maxResponseBytes;
    private @Nullable PooledCall call;
    private @Nullable Head head;
    private @Nullable BodyBuffer body;
    private boolean closing;

    /// When the last call ended; only the pool looks at it.
    long idleSince;

    /// What is known of a response before its body.
    private record Head(int status, Headers headers, boolean keepAlive) {}

    private ClientConnection(Channel channel, ConnectionPool pool, int maxResponseBytes) {
        this.channel = channel;
        this.pool = pool;
        this.maxResponseBytes = maxResponseBytes;
    }

    static void install(Channel channel, ConnectionPool pool, int maxResponseBytes) {
        HttpDecoderConfig config = new HttpDecoderConfig().setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(64 * 1024);
        channel.pipeline().addLast(new HttpClientCodec(config, false, false),
                new ClientConnection(channel, pool, maxResponseBytes));
    }

    /// The call that is under way.
    @Nullable
    PooledCall carried() {
        return call;
    }

    boolean isUsable() {
        return channel.isActive() && !closing && call == null;
    }

    void send(PooledCall next) {
        HttpRequest request = next.request();
        if (request == null) {
            pool.ready(this);
            return;
        }
        call = next;
        next.carrier = this;
        next.markSent();
        var _ = channel.writeAndFlush(encode(request)).addListener(done -> {
            if (!done.isSuccess()) {
                end(Cause.CLOSED, "the connection to " + pool.address() + " broke: " + done.cause().getMessage(), true);
            }
        });
    }

    private FullHttpRequest encode(HttpRequest request) {
        FullHttpRequest message = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()),
                request.target(), request.body().isEmpty() ? Unpooled.EMPTY_BUFFER
                        : Unpooled.wrappedBuffer(request.body().asByteBuffer()),
                Headers.NETTY, Headers.NETTY);
        message.headers().set(HttpHeaderNames.HOST, pool.address().toString());
        request.headers().forEach((name, value) -> message.headers().add(name, value));
        boolean mayHaveBody = !request.method().equals("GET") && !request.method().equals("HEAD");
        if (mayHaveBody || !request.body().isEmpty()) {
            message.headers().set(HttpHeaderNames.CONTENT_LENGTH, request.body().length());
        }
        return message;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (closing) {
                return;
            }
            if (call == null || !(message instanceof HttpObject object) || object.decoderResult().isFailure()) {
                end(Cause.MALFORMED,
                        "what came from " + pool.address() + " is no HTTP/1.1 response; check the address", true);
                return;
            }
            if (message instanceof io.netty.handler.codec.http.HttpResponse response) {
                onHead(response);
            }
            if (!closing && message instanceof HttpContent content) {
                onContent(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onHead(io.netty.handler.codec.http.HttpResponse response) {
        if (response.status().code() < 200) {
            head = null;
            return;
        }
        long announced = HttpUtil.getContentLength(response, -1L);
        boolean carriesBody = response.status().code() != 204 && response.status().code() != 304;
        if (announced > maxResponseBytes) {
            tooLarge();
            return;
        }
        head = new Head(response.status().code(), headersOf(response), HttpUtil.isKeepAlive(response));
        body = new BodyBuffer(carriesBody ? announced : 0, maxResponseBytes);
    }

    static Headers headersOf(io.netty.handler.codec.http.HttpResponse response) {
        List<String> pairs = new ArrayList<>();
        response.headers().iteratorCharSequence().forEachRemaining(field -> {
            pairs.add(field.getKey().toString());
            pairs.add(field.getValue().toString());
        });
        return Headers.adopt(pairs);
    }

    private void onContent(HttpContent content) {
        Head begun = head;
        BodyBuffer buffer = body;
        if (begun == null || buffer == null) {
            return;
        }
        if (!buffer.hasRoomFor(content.content().readableBytes())) {
            tooLarge();
            return;
        }
        buffer.append(content.content());
        if (content instanceof LastHttpContent) {
            complete(begun, buffer);
        }
    }

    private void tooLarge() {
        end(Cause.TOO_LARGE, "the response of " + pool.address() + " has more than " + maxResponseBytes + " bytes",
                false);
    }

    /// The connection is free before the outcome is told, so that the next call may have it.
    private void complete(Head begun, BodyBuffer buffer) {
        PooledCall done = call;
        call = null;
        head = null;
        body = null;
        if (!begun.keepAlive()) {
            close();
        }
        if (isUsable()) {
            pool.ready(this);
        }
        if (done != null) {
            done.carrier = null;
            done.answer(new HttpResponse(begun.status(), begun.headers(), buffer.take()));
        }
    }

    @Override
    public void giveUp() {
        close();
    }

    /// Closes; a call on its way fails.
    void close() {
        end(Cause.CLOSED, "the connection to " + pool.address() + " was closed", false);
    }

    private void end(Cause cause, String message, boolean byPeer) {
        if (!closing) {
            closing = true;
            PooledCall broken = call;
            call = null;
            var _ = channel.close();
            pool.gone(this, byPeer);
            if (broken != null) {
                broken.carrier = null;
                broken.fail(cause, message);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(Cause.CLOSED, pool.address() + " closed the connection before it answered", true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("A connection to {} broke", pool.address(), cause);
        String tls = TlsPipe.faultOf(cause);
        if (tls != null) {
            end(Cause.CLOSED, "TLS with " + pool.address() + " failed: " + tls, true);
        } else if (channel.isActive()) {
            var _ = channel.close();
        }
    }
}
