package dev.shortwire.wire.grpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells whoever runs a server why TLS connections to it fail, which gRPC does not: each reason once. Goes into the
/// pipeline of a connection before gRPC's own handlers, and out again when they are there.
@ChannelHandler.Sharable
final class Handshakes extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Handshakes.class);
    private static final int MAX_LOGGED = 100;

    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.fireChannelActive();
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls != null) {
            var _ = tls.handshakeFuture().addListener(done -> {
                if (!done.isSuccess()) {
                    failed(ctx.channel(), done.cause());
                }
            });
        }
        ctx.pipeline().remove(this);
    }

    /// Who goes away before the handshake has ended has not failed: he may only have looked whether somebody listens.
    private void failed(Channel connection, Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            return;
        }
        String message = cause instanceof NotSslRecordException
                ? "the other end does not speak TLS"
                : String.valueOf(cause.getMessage());
        if (logged.size() < MAX_LOGGED && logged.add(message)) {
            log.warn("A TLS connection of {} failed: {}; the next such faults are logged at debug level",
                    connection.remoteAddress(), message);
        } else {
            log.debug("A TLS connection of {} failed: {}", connection.remoteAddress(), message);
        }
    }
}
