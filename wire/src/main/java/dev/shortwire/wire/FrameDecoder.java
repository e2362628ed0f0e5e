package dev.shortwire.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Reads the frames that follow each other on one link. It remembers what the last one repeated, the sender and the
/// group, so that a frame costs its key, its payload, its own object where it is to stay, and nothing else. Confined to
/// whoever reads the link; one decoder for each link.
///
/// A frame is read whole with [#read], or in parts where its payload arrives in pieces: [#head], then the payload by
/// other means, then [#finish]. From then on the decoder is the view of that frame, until [#release] or the next one.
public final class FrameDecoder implements FrameView {
    private static final Sender NOBODY = new Sender(0, 0, "", 0);
    /// Longest head for which the array stays.
    private static final int KEPT_BYTES = 1024;
    /// Longest tags for which the array stays.
    private static final int KEPT_TAG_BYTES = 256;
    private static final byte[] EMPTY = new byte[0];
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] head = new byte[256];
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
    private Bytes payload = Bytes.EMPTY;
    private final Tags keptTags = Tags.reused(KEPT_TAG_BYTES);
    private Tags tags = Tags.NONE;

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
        read(source, length);
        Frame frame = frame();
        release();
        return frame;
    }

    /// Reads the frame in the next `length` bytes of `source`, all of them, which it has; nothing is shared with it.
    ///
    /// @throws FrameException if it is no frame of this version
    public void read(ByteBuffer source, int length) throws FrameException {
        if (!head(source, length)) {
            throw new FrameException("frame of " + length + " bytes ends within its head");
        }
        byte[] bytes = payloadLength == 0 ? EMPTY : new byte[payloadLength];
        source.get(bytes);
        finish(Bytes.adopt(bytes), source);
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
        checkStart(source.getInt(at));
        int nameLength = source.get(at + FrameCodec.NAME_LENGTH) & 0xff;
        int groupLength = source.get(at + FrameCodec.GROUP_LENGTH) & 0xff;
        int keyLength = source.getInt(at + FrameCodec.KEY_LENGTH);
        payloadLength = source.getInt(at + FrameCodec.PAYLOAD_LENGTH);
        tagsLength = source.getShort(at + FrameCodec.TAGS_LENGTH) & 0xffff;
        checkLengths(length - FrameCodec.HEADER_BYTES, nameLength + groupLength, keyLength);
        textBytes = nameLength + groupLength + keyLength;
        int headBytes = FrameCodec.HEADER_BYTES + textBytes;
        if (source.remaining() < headBytes) {
            return false;
        }
        byte[] bytes = array(headBytes);
        source.get(bytes, 0, headBytes);
        readNumbers(bytes);
        readTexts(bytes, nameLength, groupLength, keyLength);
        return true;
    }

    private byte[] array(int length) {
        if (length <= head.length) {
            return head;
        }
        byte[] longer = new byte[Math.max(length, 2 * head.length)];
        if (longer.length <= KEPT_BYTES) {
            head = longer;
        }
        return longer;
    }

    /// Ends the frame whose head was read with its payload; its tags are the next bytes of `source`, which has them.
    ///
    /// @throws FrameException if the tags are none
    public void finish(Bytes ofFrame, ByteBuffer source) throws FrameException {
        payload = ofFrame;
        tags = Tags.NONE;
        if (tagsLength > KEPT_TAG_BYTES) {
            byte[] encoded = new byte[tagsLength];
            source.get(encoded);
            tags = Tags.adopt(encoded);
        } else if (tagsLength > 0) {
            keptTags.read(source, tagsLength);
            tags = keptTags;
        }
    }

    /// Lets go of the payload, which may be large.
    public void release() {
        payload = Bytes.EMPTY;
    }

    // ---- the frame that was read last

    @Override
    public int kind() {
        return kind;
    }

    @Override
    public Sender sender() {
        return sender;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public int hopsLeft() {
        return hopsLeft;
    }

    @Override
    public long requestId() {
        return requestId;
    }

    @Override
    public int level() {
        return level;
    }

    @Override
    public String group() {
        return group;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public Bytes payload() {
        return payload;
    }

    @Override
    public Tags tags() {
        return tags;
    }

    @Override
    public int textBytes() {
        return textBytes;
    }

    @Override
    public Frame frame() {
        Tags staying = tags == keptTags ? tags.copy() : tags;
        return new Frame(kind, sender, epoch, hopsLeft, requestId, level, group, key, payload, staying, textBytes);
    }

    // ---- reading

    /// The first four bytes: magic, version, kind.
    private static void checkStart(int start) throws FrameException {
        int magic = start >>> 16;
        if (magic != FrameCodec.MAGIC) {
            throw new FrameException("frame starts with 0x" + Integer.toHexString(magic) + " instead of 0x5357");
        }
        int version = start >>> 8 & 0xff;
        if (version != FrameCodec.VERSION) {
            throw new FrameException(
                    "frame has protocol version " + version + ", this node speaks 1; upgrade the older node");
        }
        if ((start & 0xff) == 0) {
            throw new FrameException("frame has kind 0");
        }
    }

    private void checkLengths(int after, int names, int keyLength) throws FrameException {
        if (keyLength < 0 || keyLength > Limits.MAX_KEY_BYTES) {
            throw new FrameException("frame has a key of " + keyLength + " bytes");
        }
        long expected = (long) names + keyLength + payloadLength + tagsLength;
        if (payloadLength < 0 || expected != after) {
            throw new FrameException("frame has " + after + " bytes after its header, its lengths say " + expected);
        }
    }

    private void readNumbers(byte[] bytes) {
        kind = bytes[FrameCodec.KIND] & 0xff;
        correlationId = (long) LONG.get(bytes, FrameCodec.CORRELATION_ID);
        epoch = (long) LONG.get(bytes, FrameCodec.EPOCH);
        requestId = (long) LONG.get(bytes, FrameCodec.REQUEST_ID);
        remainingMicros = (int) INT.get(bytes, FrameCodec.REMAINING) & FrameCodec.MAX_REMAINING_MICROS;
        hopsLeft = bytes[FrameCodec.HOPS_LEFT] & 0xff;
        level = bytes[FrameCodec.LEVEL] & 0xff;
    }

    private void readTexts(byte[] bytes, int nameLength, int groupLength, int keyLength) throws FrameException {
        long cluster = (long) LONG.get(bytes, FrameCodec.CLUSTER);
        long registryIncarnation = (long) LONG.get(bytes, FrameCodec.REGISTRY_INCARNATION);
        long incarnation = (long) LONG.get(bytes, FrameCodec.INCARNATION);
        int at = FrameCodec.HEADER_BYTES;
        if (incarnation != sender.incarnation() || registryIncarnation != sender.registryIncarnation()
                || cluster != sender.cluster() || !isAt(bytes, at, nameLength, senderName)) {
            sender = new Sender(cluster, registryIncarnation, text(bytes, at, nameLength), incarnation);
            senderName = Arrays.copyOfRange(bytes, at, at + nameLength);
        }
        at += nameLength;
        if (!isAt(bytes, at, groupLength, groupName)) {
            group = text(bytes, at, groupLength);
            groupName = Arrays.copyOfRange(bytes, at, at + groupLength);
        }
        key = text(bytes, at + groupLength, keyLength);
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
