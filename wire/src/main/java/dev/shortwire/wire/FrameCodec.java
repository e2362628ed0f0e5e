package dev.shortwire.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/// Writes and reads the bytes of a frame; the layout, field by field, is in `docs/protocol.md`. All numbers are
/// big-endian. Stateless; [FrameEncoder] and [FrameDecoder] do the same for the many frames of a link.
///
/// ```
/// offset length field
///      0      2 magic 0x5357 ("SW")
///      2      1 version of the protocol, 1
///      3      1 kind
///      4      8 correlation id, 0 where no reply is wanted
///     12      8 cluster id
///     20      8 registry incarnation
///     28      8 sender incarnation
///     36      8 epoch
///     44      8 request id
///     52      4 remaining time in microseconds, unsigned, 0 where no reply is wanted
///     56      1 hops left
///     57      1 level
///     58      1 length of the sender's name (n)
///     59      1 length of the group's name (g)
///     60      4 length of the key (k)
///     64      4 length of the payload (p)
///     68      2 length of the tags (t)
///     70      n, g, k, p, t bytes: name, group, key, payload, tags
/// tags: each 2 bytes number, 2 bytes length, the bytes; ascending, at most 256
/// ```
public final class FrameCodec {
    public static final int HEADER_BYTES = 70;
    public static final int VERSION = 1;

    static final short MAGIC = 0x5357;
    static final long MAX_REMAINING_MICROS = 0xFFFF_FFFFL;

    static final int VERSION_OFFSET = 2;
    static final int KIND = 3;
    static final int CORRELATION_ID = 4;
    static final int CLUSTER = 12;
    static final int REGISTRY_INCARNATION = 20;
    static final int INCARNATION = 28;
    static final int EPOCH = 36;
    static final int REQUEST_ID = 44;
    static final int REMAINING = 52;
    static final int HOPS_LEFT = 56;
    static final int LEVEL = 57;
    static final int NAME_LENGTH = 58;
    static final int GROUP_LENGTH = 59;
    static final int KEY_LENGTH = 60;
    static final int PAYLOAD_LENGTH = 64;
    static final int TAGS_LENGTH = 68;

    private FrameCodec() {}

    /// A frame as it came off a wire.
    ///
    /// @param frame           the message
    /// @param correlationId   which call it belongs to, 0 for none
    /// @param remainingMicros time that the caller had left when it sent, in microseconds
    public record Received(Frame frame, long correlationId, long remainingMicros) {}

    /// The id of a cluster of that name: the FNV-1a hash of its UTF-8 form, 64 bits.
    public static long clusterId(String name) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : name.getBytes(UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    /// Length of the encoded frame in bytes; a payload that makes it longer than an array can be counts as the longest.
    public static int encodedLength(FrameView frame) {
        long length = (long) HEADER_BYTES + frame.textBytes() + frame.payload().length() + frame.tags().encodedLength();
        return (int) Math.min(length, Integer.MAX_VALUE);
    }

    /// Appends the frame to `target`.
    ///
    /// @param remainingMicros time left, 0 or more; a time longer than 2^32-1 is written as that
    /// @throws java.nio.BufferOverflowException if `target` has less room than [#encodedLength(FrameView)]
    public static void encode(FrameView frame, long correlationId, long remainingMicros, ByteBuffer target) {
        new FrameEncoder().encode(frame, correlationId, remainingMicros, target);
    }

    /// The encoded frame in an array of its own.
    public static byte[] encode(FrameView frame, long correlationId, long remainingMicros) {
        ByteBuffer buffer = ByteBuffer.allocate(encodedLength(frame));
        encode(frame, correlationId, remainingMicros, buffer);
        return buffer.array();
    }

    /// The frame that `source` holds from its position to its limit, all of it. Lengths are checked before memory is
    /// taken; what is returned shares nothing with `source`.
    ///
    /// @throws FrameException if it is no frame of this version
    public static Received decode(ByteBuffer source) throws FrameException {
        FrameDecoder decoder = new FrameDecoder();
        Frame frame = decoder.decode(source, source.remaining());
        return new Received(frame, decoder.correlationId(), decoder.remainingMicros());
    }
}
