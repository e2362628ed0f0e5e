package dev.shortwire.wire.grpc;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds out whether the process at the other end of a lost link is gone: somebody listens there, or a connection is
/// refused. While the kernel clears a dead process away, its port may still take connections for a moment and drop them;
/// so a connection that ends before the server has said its first word is tried again. Confined to an event loop.
final class Obituary {
    private static final int ATTEMPTS = 5;
    private static final long PAUSE_MILLIS = 20;
    private static final int TIMEOUT_MILLIS = 500;

    private final Endpoint endpoint;
    private final SocketAddress target;
    private final Class<? extends Channel> type;
    private final EventLoop loop;
    private final @Nullable SslContext tls;
    private final Consumer<WireFailure> told;
    private int attempts;
    private boolean done;

    /// @param tls  for the connections; null: they are plain
    /// @param told gets a failure whose cause is [Cause#REFUSED] or [Cause#CLOSED], once
    Obituary(Endpoint endpoint, SocketAddress target, Class<? extends Channel> type, EventLoop loop,
            @Nullable SslContext tls, Consumer<WireFailure> told) {
        this.endpoint = endpoint;
        this.target = target;
        this.type = type;
        this.loop = loop;
        this.tls = tls;
        this.told = told;
    }

    /// Any thread.
    void ask() {
        try {
            loop.execute(this::attempt);
        } catch (RejectedExecutionException e) {
            tell(Cause.CLOSED, "this wire was closed");
        }
    }

    private void attempt() {
        attempts++;
        var _ = new Bootstrap().group(loop).channel(type).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TIMEOUT_MILLIS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(new Listening());
                    }
                }).connect(target).addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        Channel channel = connected.channel();
                        var _ = loop.schedule(() -> hearNothing(channel), TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
                    } else {
                        tell(provesThatNobodyListens(connected.cause()) ? Cause.REFUSED : Cause.CLOSED,
                                String.valueOf(connected.cause().getMessage()));
                    }
                });
    }

    /// Whether a failed connect says that no process listens there.
    static boolean provesThatNobodyListens(@Nullable Throwable cause) {
        return cause instanceof FileNotFoundException
                || cause instanceof ConnectException && !(cause instanceof ConnectTimeoutException);
    }

    private void hearNothing(Channel channel) {
        if (channel.isActive()) {
            tell(Cause.CLOSED, "the peer closed it, or does not answer");
            var _ = channel.close();
        }
    }

    private void tell(Cause cause, String why) {
        if (!done) {
            done = true;
            told.accept(new WireFailure(cause, Happened.PERHAPS, "the link to " + endpoint + " ended: " + why));
        }
    }

    /// A server of HTTP/2 speaks first.
    private final class Listening extends ChannelInboundHandlerAdapter {
        private boolean heard;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            heard = true;
            tell(Cause.CLOSED, "the peer closed it");
            var _ = ctx.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (heard || done) {
                return;
            }
            if (attempts < ATTEMPTS) {
                var _ = loop.schedule(Obituary.this::attempt, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                tell(Cause.CLOSED, "the peer takes connections and drops them");
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }
}
