package dev.shortwire.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import org.jspecify.annotations.Nullable;

/// Tells by the first bytes of a connection whether its client speaks HTTP/2 with prior knowledge (RFC 9113, section
/// 3.3) or HTTP/1.1, which never begins like that, and then steps aside. Confined to the event loop.
final class ProtocolChoice extends ChannelInboundHandlerAdapter {
    private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

    private final ServerConnection http1;
    private @Nullable ByteBuf early;

    /// @param http1 the connection that is there unless it turns out to be HTTP/2
    ProtocolChoice(ServerConnection http1) {
        this.http1 = http1;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(message);
            return;
        }
        ByteBuf all = early == null ? bytes : Unpooled.wrappedBuffer(early, bytes);
        early = null;
        int known = Math.min(all.readableBytes(), PREFACE.readableBytes());
        boolean mayBeHttp2 = ByteBufUtil.equals(all, all.readerIndex(), PREFACE, PREFACE.readerIndex(), known);
        if (mayBeHttp2 && known < PREFACE.readableBytes()) {
            early = all;
            http1.firstBytesArrived();
            return;
        }
        if (mayBeHttp2) {
            http1.becomeHttp2();
        }
        ctx.fireChannelRead(all);
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (early != null) {
            early.release();
            early = null;
        }
    }
}
