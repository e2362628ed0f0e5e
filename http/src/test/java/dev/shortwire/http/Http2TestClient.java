package dev.shortwire.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection by prior knowledge, on Netty's codec, that can also misbehave.
final class Http2TestClient implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
            .initialSettings(Http2Settings.defaultSettings().initialWindowSize(1 << 20)).build();
    private final Reader reader = new Reader();
    private final Channel channel;
    private final Map<Http2FrameStream, Exchange> exchanges = new ConcurrentHashMap<>();
    private final CompletableFuture<Long> goAway = new CompletableFuture<>();

    Http2TestClient(int port) throws InterruptedException {
        channel = new Bootstrap().group(group).channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        opened.pipeline().addLast(codec, reader);
                    }
                }).connect("127.0.0.1", port).sync().channel();
    }

    /// A request and what came back.
    static final class Exchange {
        final Http2FrameStream stream;
        final CompletableFuture<String> response = new CompletableFuture<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private String status = "";

        Exchange(Http2FrameStream stream) {
            this.stream = stream;
        }

        /// Status, a blank, the body; or `reset` and the error code. Waits up to 20 s.
        String await() throws Exception {
            return response.get(20, TimeUnit.SECONDS);
        }
    }

    Exchange get(String path) {
        return send("GET", path, "localhost", null, true);
    }

    Exchange post(String path, byte[] body) {
        return send("POST", path, "localhost", body, true);
    }

    /// @param body null for none
    /// @param end  whether the request ends with it
    Exchange send(String method, String path, String host, byte @Nullable [] body, boolean end) {
        Exchange exchange = new Exchange(reader.newStream());
        exchanges.put(exchange.stream, exchange);
        DefaultHttp2Headers headers = new DefaultHttp2Headers();
        headers.method(method).path(path).scheme("http").authority(host);
        channel.eventLoop().execute(() -> {
            var _ = channel.write(new DefaultHttp2HeadersFrame(headers, body == null && end).stream(exchange.stream));
            if (body != null) {
                var _ = channel
                        .write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), end).stream(exchange.stream));
            }
            channel.flush();
        });
        return exchange;
    }

    void reset(Exchange exchange) {
        channel.eventLoop().execute(() -> {
            var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(8).stream(exchange.stream));
        });
    }

    void ping(int times) {
        channel.eventLoop().execute(() -> {
            for (int i = 0; i < times; i++) {
                var _ = channel.write(new DefaultHttp2PingFrame(i));
            }
            channel.flush();
        });
    }

    /// Error code with which the server ended the connection; -1 where it just closed it.
    long awaitEnd() throws Exception {
        return goAway.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly(5_000);
        var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private final class Reader extends Http2ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                switch (message) {
                    case Http2HeadersFrame head -> onHead(head);
                    case Http2DataFrame data -> onData(ctx, data);
                    case Http2ResetFrame reset -> exchange(reset.stream()).response
                            .complete("reset " + reset.errorCode());
                    case Http2GoAwayFrame end -> goAway.complete(end.errorCode());
                    default -> {
                    }
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private Exchange exchange(Http2FrameStream stream) {
            return Objects.requireNonNull(exchanges.get(stream), "a stream that was not opened");
        }

        private void onHead(Http2HeadersFrame head) {
            Exchange exchange = exchange(head.stream());
            exchange.status = String.valueOf(head.headers().status());
            if (head.isEndStream()) {
                exchange.response.complete(exchange.status + " ");
            }
        }

        private void onData(ChannelHandlerContext ctx, Http2DataFrame data) {
            Exchange exchange = exchange(data.stream());
            byte[] part = new byte[data.content().readableBytes()];
            data.content().readBytes(part);
            exchange.body.writeBytes(part);
            var _ = ctx
                    .write(new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes()).stream(data.stream()));
            if (data.isEndStream()) {
                exchange.response.complete(exchange.status + " " + exchange.body.toString(UTF_8));
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            goAway.complete(-1L);
            exchanges.values().forEach(exchange -> exchange.response.complete("closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }
}
