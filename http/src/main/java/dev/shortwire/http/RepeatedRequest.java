package dev.shortwire.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/// A request whose head was decoded and found good, with the bytes of that head. A client that repeats them, byte for byte
/// and with a whole body behind them, asks the same thing of the same server, so they need not be decoded again.
///
/// @param head       the bytes, up to and with the empty line
/// @param request    without its body
/// @param bodyLength bytes of the body, as the head says
record RepeatedRequest(ByteBuf head, HttpRequest request, Routes.Entry route, int bodyLength) {
    RepeatedRequest(byte[] head, HttpRequest request, Routes.Entry route, int bodyLength) {
        this(Unpooled.wrappedBuffer(head), request, route, bodyLength);
    }

    /// Whether the first `length` bytes are one head and no more: they end where the first empty line does. Two heads that
    /// were taken for one would be answered once, and from there on each answer would be given to the wrong request.
    static boolean isHead(byte[] bytes, int length) {
        return length > 0 && ResponseHead.end(bytes, 0, length) == length;
    }

    int headLength() {
        return head.readableBytes();
    }

    /// Whether `arrived` is this head and a body, and nothing else.
    boolean isAllOf(ByteBuf arrived) {
        return arrived.readableBytes() == headLength() + bodyLength
                && ByteBufUtil.equals(arrived, arrived.readerIndex(), head, 0, headLength());
    }
}
