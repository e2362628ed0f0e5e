package dev.shortwire.wire.udp;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameDecoder;
import dev.shortwire.wire.FrameException;
import java.nio.ByteBuffer;

/// Takes the items of authentic packets apart. Authentic is not trusted: everything is checked as if it came from anybody.
/// Confined to whoever reads them.
final class Items {
    /// Gets the items of a packet in their order.
    interface Sink {
        void frame(byte kind, Frame frame, long callId, long remainingMicros);

        void note(byte kind, long callId);

        /// @param zeros how many came with it
        void ping(byte kind, int zeros);
    }

    private final FrameDecoder decoder = new FrameDecoder();

    /// Hands out the items between the position and the limit of `packet`.
    ///
    /// @throws FrameException if the rest of the packet is no item
    void take(ByteBuffer packet, Sink sink) throws FrameException {
        while (packet.hasRemaining()) {
            byte kind = packet.get();
            switch (kind) {
                case Packet.REQUEST, Packet.REPLY, Packet.LATE_REPLY -> frame(kind, packet, sink);
                case Packet.PENDING, Packet.ON_STREAM -> {
                    check(packet.remaining() >= Long.BYTES);
                    sink.note(kind, packet.getLong());
                }
                case Packet.PING, Packet.PONG -> {
                    check(packet.remaining() >= Short.BYTES);
                    int zeros = packet.getShort() & 0xffff;
                    check(packet.remaining() >= zeros);
                    packet.position(packet.position() + zeros);
                    sink.ping(kind, zeros);
                }
                default -> throw new FrameException("an item has kind " + kind);
            }
        }
    }

    private void frame(byte kind, ByteBuffer packet, Sink sink) throws FrameException {
        check(packet.remaining() >= Integer.BYTES);
        int length = packet.getInt();
        check(length >= FrameCodec.HEADER_BYTES && length <= packet.remaining());
        Frame frame = decoder.decode(packet, length);
        sink.frame(kind, frame, decoder.correlationId(), decoder.remainingMicros());
    }

    private static void check(boolean holds) throws FrameException {
        if (!holds) {
            throw new FrameException("an item ends within itself");
        }
    }
}
