package dev.shortwire.wire.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameEncoder;
import dev.shortwire.wire.FrameException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Writes and reads the message `Packet` of `wire.proto` by hand, in the encoding of Protocol Buffers, so that a frame is
/// copied once on its way between its object and the socket's buffer. Stateless. A test holds it against generated code.
///
/// ```
/// 0x0a varint length, frame              repeated bytes frames = 1
/// 0x11 8 bytes                           repeated fixed64 cancelled = 2, little-endian; packed: 0x12
/// 0x1a varint length, fault              repeated Fault faults = 3
///   0x09 8 bytes                           fixed64 correlation = 1
///   0x10 varint                            Cause cause = 2
///   0x1a varint length, UTF-8              string message = 3
/// ```
final class Packets {
    /// Length of a cancellation in a packet.
    static final int CANCELLATION_BYTES = 9;
    /// Most bytes that a packet adds to one frame.
    static final int FRAME_OVERHEAD_BYTES = 6;

    static final int BUSY = 1;
    static final int REPLY_TOO_LARGE = 2;
    static final int HANDLER_FAILED = 3;
    static final int NOT_BELIEVED = 4;

    private static final int MAX_FAULT_TEXT_BYTES = 1024;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;
    private static final int FIXED32 = 5;

    private Packets() {}

    /// Why a call gets no reply.
    record Fault(long correlation, int cause, String message) {}

    /// What a packet is read into, part by part.
    interface Target {
        /// @param frame from its position to its limit; must not be kept
        void frame(ByteBuffer frame) throws FrameException;

        void cancelled(long correlation);

        void fault(Fault fault);
    }

    // ---- writing

    static int frameBytes(int frameLength) {
        return 1 + varintBytes(frameLength) + frameLength;
    }

    static void writeFrame(Frame frame, int frameLength, long correlation, long remainingMicros, ByteBuffer target,
            FrameEncoder encoder) {
        target.put((byte) (1 << 3 | DELIMITED));
        writeVarint(frameLength, target);
        encoder.encode(frame, correlation, remainingMicros, target);
    }

    static void writeCancellation(long correlation, ByteBuffer target) {
        target.put((byte) (2 << 3 | FIXED64)).putLong(Long.reverseBytes(correlation));
    }

    /// A fault as it stands in a packet.
    static byte[] encode(Fault fault) {
        byte[] message = fault.message().getBytes(UTF_8);
        int length = 9 + 2 + 1 + varintBytes(message.length) + message.length;
        ByteBuffer target = ByteBuffer.allocate(1 + varintBytes(length) + length);
        target.put((byte) (3 << 3 | DELIMITED));
        writeVarint(length, target);
        target.put((byte) (1 << 3 | FIXED64)).putLong(Long.reverseBytes(fault.correlation()));
        target.put((byte) (2 << 3)).put((byte) fault.cause()).put((byte) (3 << 3 | DELIMITED));
        writeVarint(message.length, target);
        return target.put(message).array();
    }

    private static int varintBytes(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    private static void writeVarint(int value, ByteBuffer target) {
        int left = value;
        while (left >= 0x80) {
            target.put((byte) (left | 0x80));
            left >>>= 7;
        }
        target.put((byte) left);
    }

    // ---- reading

    /// Hands every part to `target`, in the order in which they stand there. Fields that a newer peer may send are
    /// skipped.
    ///
    /// @throws FrameException if this is no packet, or `target` refuses a frame
    static void read(ByteBuffer packet, Target target) throws FrameException {
        while (packet.hasRemaining()) {
            long tag = readVarint(packet);
            if (tag == (1 << 3 | DELIMITED)) {
                int end = packet.limit();
                int next = enter(packet);
                target.frame(packet);
                packet.limit(end).position(next);
            } else if (tag == (2 << 3 | FIXED64)) {
                target.cancelled(readFixed64(packet));
            } else if (tag == (2 << 3 | DELIMITED)) {
                int end = packet.limit();
                enter(packet);
                while (packet.hasRemaining()) {
                    target.cancelled(readFixed64(packet));
                }
                packet.limit(end);
            } else if (tag == (3 << 3 | DELIMITED)) {
                int end = packet.limit();
                enter(packet);
                target.fault(readFault(packet));
                packet.limit(end);
            } else {
                skip(tag, packet);
            }
        }
    }

    private static Fault readFault(ByteBuffer fault) throws FrameException {
        long correlation = 0;
        long cause = 0;
        String message = "";
        while (fault.hasRemaining()) {
            long tag = readVarint(fault);
            if (tag == (1 << 3 | FIXED64)) {
                correlation = readFixed64(fault);
            } else if (tag == 2 << 3) {
                cause = readVarint(fault);
            } else if (tag == (3 << 3 | DELIMITED)) {
                int end = fault.limit();
                int next = enter(fault);
                byte[] text = new byte[Math.min(fault.remaining(), MAX_FAULT_TEXT_BYTES)];
                fault.get(text);
                message = new String(text, UTF_8);
                fault.limit(end).position(next);
            } else {
                skip(tag, fault);
            }
        }
        return new Fault(correlation, (int) cause, message);
    }

    /// Narrows the buffer to the bytes whose length comes next.
    ///
    /// @return where they end
    private static int enter(ByteBuffer source) throws FrameException {
        long length = readVarint(source);
        check(length >= 0 && length <= source.remaining(), "a field of the packet is longer than the packet");
        int next = source.position() + (int) length;
        source.limit(next);
        return next;
    }

    private static void skip(long tag, ByteBuffer source) throws FrameException {
        check(tag >>> 3 != 0, "a field of the packet has the number 0");
        switch ((int) tag & 7) {
            case VARINT -> readVarint(source);
            case FIXED64 -> skipBytes(8, source);
            case DELIMITED -> {
                int end = source.limit();
                int next = enter(source);
                source.limit(end).position(next);
            }
            case FIXED32 -> skipBytes(4, source);
            default -> throw new FrameException("a field of the packet has an unknown type");
        }
    }

    private static void skipBytes(int count, ByteBuffer source) throws FrameException {
        check(source.remaining() >= count, "the packet ends within a field");
        source.position(source.position() + count);
    }

    private static long readFixed64(ByteBuffer source) throws FrameException {
        check(source.remaining() >= 8, "the packet ends within a number");
        long value = source.getLong();
        return source.order() == ByteOrder.BIG_ENDIAN ? Long.reverseBytes(value) : value;
    }

    private static long readVarint(ByteBuffer source) throws FrameException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            check(source.hasRemaining(), "the packet ends within a number");
            byte next = source.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new FrameException("a number of the packet has more than ten bytes");
    }

    private static void check(boolean holds, String message) throws FrameException {
        if (!holds) {
            throw new FrameException(message);
        }
    }
}
