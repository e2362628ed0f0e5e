package dev.shortwire.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// Writes and reads the bytes of a frame; the layout, field by field, is in `docs/protocol.md`. All numbers are
/// big-endian. Stateless.
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

    private static final short MAGIC = 0x5357;
    private static final long MAX_REMAINING_MICROS = 0xFFFF_FFFFL;

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
    public static int encodedLength(Frame frame) {
        long length = (long) HEADER_BYTES + frame.textBytes() + frame.payload().length() + frame.tags().encodedLength();
        return (int) Math.min(length, Integer.MAX_VALUE);
    }

    /// Appends the frame to `target`.
    ///
    /// @param remainingMicros time left, 0 or more; a time longer than 2^32-1 is written as that
    /// @throws java.nio.BufferOverflowException if `target` has less room than [#encodedLength(Frame)]
    public static void encode(Frame frame, long correlationId, long remainingMicros, ByteBuffer target) {
        byte[] name = frame.sender().name().getBytes(UTF_8);
        byte[] group = frame.group().getBytes(UTF_8);
        byte[] key = frame.key().getBytes(UTF_8);
        target.putShort(MAGIC).put((byte) VERSION).put((byte) frame.kind()).putLong(correlationId)
                .putLong(frame.sender().cluster()).putLong(frame.sender().registryIncarnation())
                .putLong(frame.sender().incarnation()).putLong(frame.epoch()).putLong(frame.requestId())
                .putInt((int) Math.min(remainingMicros, MAX_REMAINING_MICROS)).put((byte) frame.hopsLeft())
                .put((byte) frame.level()).put((byte) name.length).put((byte) group.length).putInt(key.length)
                .putInt(frame.payload().length()).putShort((short) frame.tags().encodedLength()).put(name).put(group)
                .put(key);
        frame.payload().copyTo(target);
        for (Map.Entry<Integer, Bytes> tag : frame.tags().entries().entrySet()) {
            target.putShort(tag.getKey().shortValue()).putShort((short) tag.getValue().length());
            tag.getValue().copyTo(target);
        }
    }

    /// The encoded frame in an array of its own.
    public static byte[] encode(Frame frame, long correlationId, long remainingMicros) {
        ByteBuffer buffer = ByteBuffer.allocate(encodedLength(frame));
        encode(frame, correlationId, remainingMicros, buffer);
        return buffer.array();
    }

    /// The frame that `source` holds from its position to its limit, all of it. Lengths are checked before memory is
    /// taken; what is returned shares nothing with `source`.
    ///
    /// @throws FrameException if it is no frame of this version
    public static Received decode(ByteBuffer source) throws FrameException {
        check(source.remaining() >= HEADER_BYTES, "frame has " + source.remaining() + " bytes, fewer than 70");
        short magic = source.getShort();
        check(magic == MAGIC, "frame starts with 0x" + Integer.toHexString(magic & 0xffff) + " instead of 0x5357");
        int version = source.get() & 0xff;
        check(version == VERSION,
                "frame has protocol version " + version + ", this node speaks 1; upgrade the older node");
        int kind = source.get() & 0xff;
        check(kind != 0, "frame has kind 0");
        long correlationId = source.getLong();
        long cluster = source.getLong();
        long registryIncarnation = source.getLong();
        long incarnation = source.getLong();
        long epoch = source.getLong();
        long requestId = source.getLong();
        long remainingMicros = source.getInt() & MAX_REMAINING_MICROS;
        int hopsLeft = source.get() & 0xff;
        int level = source.get() & 0xff;
        int nameLength = source.get() & 0xff;
        int groupLength = source.get() & 0xff;
        int keyLength = source.getInt();
        int payloadLength = source.getInt();
        int tagsLength = source.getShort() & 0xffff;
        check(keyLength >= 0 && keyLength <= Limits.MAX_KEY_BYTES, "frame has a key of " + keyLength + " bytes");
        long expected = (long) nameLength + groupLength + keyLength + payloadLength + tagsLength;
        check(payloadLength >= 0 && expected == source.remaining(),
                "frame has " + source.remaining() + " bytes after its header, its lengths say " + expected);
        String name = text(source, nameLength);
        String group = text(source, groupLength);
        String key = text(source, keyLength);
        Bytes payload = bytes(source, payloadLength);
        Frame frame = Frame.of(kind, new Sender(cluster, registryIncarnation, name, incarnation)).epoch(epoch)
                .requestId(requestId).hopsLeft(hopsLeft).level(level).group(group).key(key).payload(payload)
                .tags(tags(source)).build();
        return new Received(frame, correlationId, remainingMicros);
    }

    private static Tags tags(ByteBuffer source) throws FrameException {
        if (!source.hasRemaining()) {
            return Tags.NONE;
        }
        TreeMap<Integer, Bytes> found = new TreeMap<>();
        int previous = 0;
        while (source.hasRemaining()) {
            check(source.remaining() >= Tags.OVERHEAD_BYTES, "tags end within a tag");
            int number = source.getShort() & 0xffff;
            int length = source.getShort() & 0xffff;
            check(number > previous, "tag " + number + " follows tag " + previous + "; tags ascend");
            check(length <= source.remaining(), "tag " + number + " has " + length + " bytes, more than are left");
            check(found.size() < Tags.MAX_COUNT, "frame has more than " + Tags.MAX_COUNT + " tags");
            found.put(number, bytes(source, length));
            previous = number;
        }
        return Tags.adopt(found);
    }

    private static Bytes bytes(ByteBuffer source, int length) {
        byte[] copy = new byte[length];
        source.get(copy);
        return Bytes.adopt(copy);
    }

    /// The text of the next bytes. What is well-formed, nearly all there is, costs only its own array and the string.
    private static String text(ByteBuffer source, int length) throws FrameException {
        if (length == 0) {
            return "";
        }
        byte[] encoded = new byte[length];
        source.get(encoded);
        String text = new String(encoded, UTF_8);
        if (text.indexOf('\uFFFD') >= 0 && !Arrays.equals(text.getBytes(UTF_8), encoded)) {
            throw new FrameException("a name, group or key of the frame is not UTF-8");
        }
        return text;
    }

    private static void check(boolean holds, String message) throws FrameException {
        if (!holds) {
            throw new FrameException(message);
        }
    }
}
