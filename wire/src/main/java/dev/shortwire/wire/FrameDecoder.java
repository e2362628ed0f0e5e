package dev.shortwire.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Reads the frames that follow each other on one link. It remembers what the last one repeated, the sender and the
/// group, so that a frame costs its own object, its key, its payload, and nothing else. Confined to whoever reads the
/// link; one decoder for each link.
///
/// A frame is read whole with [#decode], or in parts where its payload arrives in pieces: [#head], then the payload by
/// other means, then [#finish].
public final class FrameDecoder {
    private static final Sender NOBODY = new Sender(0, 0, "", 0);
    /// Longest texts for which the array stays.
    private static final int KEPT_BYTES = 1024;
    private static final byte[] EMPTY = new byte[0];

    private byte[] texts = new byte[128];
    private Sender sender = NOBODY;
    private byte[] senderName = EMPTY;
    private String group = "";
    private byte[] groupName = EMPTY;

    private int kind;
    private long correlationId;
    private long epoch;
    private long requestId;
    private long remainingMicros;
    private int hopsLeft;
    private int level;
    private String key = "";
    private int textBytes;
    private int payloadLength;
    private int tagsLength;

    /// Which call the last frame belongs to, 0 for none.
    public long correlationId() {
        return correlationId;
    }

    /// Time that the caller of the last frame had left when it sent, in microseconds.
    public long remainingMicros() {
        return remainingMicros;
    }

    /// Bytes of payload that follow the head, 0 or more.
    public int payloadLength() {
        return payloadLength;
    }

    /// Bytes of tags that follow the payload, 0 or more.
    public int tagsLength() {
        return tagsLength;
    }

    /// The frame in the next `length` bytes of `source`, all of them, which it has. What is returned shares nothing with
    /// `source`.
    ///
    /// @throws FrameException if it is no frame of this version
    public Frame decode(ByteBuffer source, int length) throws FrameException {
        if (!head(source, length)) {
            throw new FrameException("frame of " + length + " bytes ends within its head");
        }
        byte[] payload = payloadLength == 0 ? EMPTY : new byte[payloadLength];
        source.get(payload);
        return finish(Bytes.adopt(payload), source);
    }

    /// Reads what comes before the payload of a frame of `length` bytes.
    ///
    /// @return false if `source` has too little for that; its position then stays
    /// @throws FrameException if it is no frame of this version
    public boolean head(ByteBuffer source, int length) throws FrameException {
        if (length < FrameCodec.HEADER_BYTES) {
            throw new FrameException("frame has " + length + " bytes, fewer than " + FrameCodec.HEADER_BYTES);
        }
        if (source.remaining() < FrameCodec.HEADER_BYTES) {
            return false;
        }
        int at = source.position();
        int nameLength = source.get(at + FrameCodec.NAME_LENGTH) & 0xff;
        int groupLength = source.get(at + FrameCodec.GROUP_LENGTH) & 0xff;
        int keyLength = source.getInt(at + FrameCodec.KEY_LENGTH);
        checkStart(source, at);
        checkLengths(source, at, length, nameLength + groupLength, keyLength);
        textBytes = nameLength + groupLength + keyLength;
        if (source.remaining() < FrameCodec.HEADER_BYTES + textBytes) {
            return false;
        }
        readNumbers(source, at);
        source.position(at + FrameCodec.HEADER_BYTES);
        readTexts(source, at, nameLength, groupLength, keyLength);
        return true;
    }

    /// The frame whose head was read, with its payload; its tags are the next bytes of `source`, which has them.
    ///
    /// @throws FrameException if the tags are none
    public Frame finish(Bytes payload, ByteBuffer source) throws FrameException {
        Tags tags = Tags.NONE;
        if (tagsLength > 0) {
            byte[] encoded = new byte[tagsLength];
            source.get(encoded);
            tags = Tags.adopt(encoded);
        }
        return new Frame(kind, sender, epoch, hopsLeft, requestId, level, group, key, payload, tags, textBytes);
    }

    private static void checkStart(ByteBuffer source, int at) throws FrameException {
        short magic = source.getShort(at);
        if (magic != FrameCodec.MAGIC) {
            throw new FrameException(
                    "frame starts with 0x" + Integer.toHexString(magic & 0xffff) + " instead of 0x5357");
        }
        int version = source.get(at + FrameCodec.VERSION_OFFSET) & 0xff;
        if (version != FrameCodec.VERSION) {
            throw new FrameException(
                    "frame has protocol version " + version + ", this node speaks 1; upgrade the older node");
        }
        if (source.get(at + FrameCodec.KIND) == 0) {
            throw new FrameException("frame has kind 0");
        }
    }

    private void checkLengths(ByteBuffer source, int at, int length, int names, int keyLength) throws FrameException {
        payloadLength = source.getInt(at + FrameCodec.PAYLOAD_LENGTH);
        tagsLength = source.getShort(at + FrameCodec.TAGS_LENGTH) & 0xffff;
        if (keyLength < 0 || keyLength > Limits.MAX_KEY_BYTES) {
            throw new FrameException("frame has a key of " + keyLength + " bytes");
        }
        long expected = (long) names + keyLength + payloadLength + tagsLength;
        int after = length - FrameCodec.HEADER_BYTES;
        if (payloadLength < 0 || expected != after) {
            throw new FrameException("frame has " + after + " bytes after its header, its lengths say " + expected);
        }
    }

    private void readNumbers(ByteBuffer source, int at) {
        kind = source.get(at + FrameCodec.KIND) & 0xff;
        correlationId = source.getLong(at + FrameCodec.CORRELATION_ID);
        epoch = source.getLong(at + FrameCodec.EPOCH);
        requestId = source.getLong(at + FrameCodec.REQUEST_ID);
        remainingMicros = source.getInt(at + FrameCodec.REMAINING) & FrameCodec.MAX_REMAINING_MICROS;
        hopsLeft = source.get(at + FrameCodec.HOPS_LEFT) & 0xff;
        level = source.get(at + FrameCodec.LEVEL) & 0xff;
    }

    private void readTexts(ByteBuffer source, int at, int nameLength, int groupLength, int keyLength)
            throws FrameException {
        byte[] bytes = texts;
        if (bytes.length < textBytes) {
            bytes = new byte[Math.max(textBytes, 2 * bytes.length)];
            if (bytes.length <= KEPT_BYTES) {
                texts = bytes;
            }
        }
        source.get(bytes, 0, textBytes);
        long cluster = source.getLong(at + FrameCodec.CLUSTER);
        long registryIncarnation = source.getLong(at + FrameCodec.REGISTRY_INCARNATION);
        long incarnation = source.getLong(at + FrameCodec.INCARNATION);
        if (incarnation != sender.incarnation() || registryIncarnation != sender.registryIncarnation()
                || cluster != sender.cluster() || !isAt(bytes, 0, nameLength, senderName)) {
            sender = new Sender(cluster, registryIncarnation, text(bytes, 0, nameLength), incarnation);
            senderName = Arrays.copyOf(bytes, nameLength);
        }
        if (!isAt(bytes, nameLength, groupLength, groupName)) {
            group = text(bytes, nameLength, groupLength);
            groupName = Arrays.copyOfRange(bytes, nameLength, nameLength + groupLength);
        }
        key = text(bytes, nameLength + groupLength, keyLength);
    }

    private static boolean isAt(byte[] bytes, int from, int length, byte[] known) {
        return length == known.length && Arrays.equals(bytes, from, from + length, known, 0, length);
    }

    /// The text of those bytes. What is well-formed, nearly all there is, costs only the string.
    private static String text(byte[] bytes, int from, int length) throws FrameException {
        if (length == 0) {
            return "";
        }
        String text = new String(bytes, from, length, UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            byte[] again = text.getBytes(UTF_8);
            if (!isAt(bytes, from, length, again)) {
                throw new FrameException("a name, group or key of the frame is not UTF-8");
            }
        }
        return text;
    }
}
