package dev.shortwire.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Writes the frames that follow each other on one link. It remembers the bytes of what the last one repeated, the
/// sender and the group, so that a frame of plain ASCII costs no memory at all. Not thread-safe; one encoder for each
/// link.
///
/// A frame is written whole with [#encode], or in parts where its payload goes its own way: [#head], the payload by
/// other means, then [#tags].
public final class FrameEncoder {
    /// Longest key that has room in the array that stays.
    private static final int KEPT_BYTES = 512;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /// The last frame up to its key; what the next one repeats is in its place already.
    private byte[] head = new byte[0];
    /// Where the key begins, 0 before there was a frame.
    private int keyAt;
    private Sender sender = new Sender(0, 0, "", 0);
    private String group = "";

    /// Bytes of a frame before its payload.
    public static int headLength(FrameView frame) {
        return FrameCodec.HEADER_BYTES + frame.textBytes();
    }

    /// Bytes of a frame after its payload.
    public static int tagsLength(FrameView frame) {
        return frame.tags().encodedLength();
    }

    /// Appends the frame to `target`, as [FrameCodec#encode(FrameView, long, long, ByteBuffer)] does.
    public void encode(FrameView frame, long correlationId, long remainingMicros, ByteBuffer target) {
        head(frame, correlationId, remainingMicros, target);
        if (!frame.payload().isEmpty()) {
            frame.payload().copyTo(target);
        }
        tags(frame, target);
    }

    /// Appends the header, the names and the key.
    ///
    /// @param remainingMicros time left, 0 or more; a time longer than 2^32-1 is written as that
    /// @throws java.nio.BufferOverflowException if `target` has less room than [#headLength(FrameView)]
    public void head(FrameView frame, long correlationId, long remainingMicros, ByteBuffer target) {
        Sender from = frame.sender();
        if (keyAt == 0 || from != sender || !frame.group().equals(group)) {
            begin(from, frame.group());
        }
        int keyLength = frame.textBytes() - (keyAt - FrameCodec.HEADER_BYTES);
        byte[] bytes = keyAt + keyLength <= head.length ? head : Arrays.copyOf(head, keyAt + keyLength);
        INT.set(bytes, 0, FrameCodec.MAGIC << 16 | FrameCodec.VERSION << 8 | frame.kind());
        LONG.set(bytes, FrameCodec.CORRELATION_ID, correlationId);
        LONG.set(bytes, FrameCodec.EPOCH, frame.epoch());
        LONG.set(bytes, FrameCodec.REQUEST_ID, frame.requestId());
        INT.set(bytes, FrameCodec.REMAINING, (int) Math.min(remainingMicros, FrameCodec.MAX_REMAINING_MICROS));
        bytes[FrameCodec.HOPS_LEFT] = (byte) frame.hopsLeft();
        bytes[FrameCodec.LEVEL] = (byte) frame.level();
        INT.set(bytes, FrameCodec.KEY_LENGTH, keyLength);
        INT.set(bytes, FrameCodec.PAYLOAD_LENGTH, frame.payload().length());
        int tags = frame.tags().encodedLength();
        bytes[FrameCodec.TAGS_LENGTH] = (byte) (tags >>> 8);
        bytes[FrameCodec.TAGS_LENGTH + 1] = (byte) tags;
        putKey(frame.key(), keyLength, bytes);
        target.put(bytes, 0, keyAt + keyLength);
    }

    /// Appends the tags.
    public void tags(FrameView frame, ByteBuffer target) {
        frame.tags().copyTo(target);
    }

    /// Writes what stays the same until the sender or the group changes.
    private void begin(Sender newSender, String newGroup) {
        byte[] name = newSender.name().getBytes(UTF_8);
        byte[] groupName = newGroup.getBytes(UTF_8);
        sender = newSender;
        group = newGroup;
        keyAt = FrameCodec.HEADER_BYTES + name.length + groupName.length;
        if (head.length < keyAt + KEPT_BYTES) {
            head = new byte[keyAt + KEPT_BYTES];
        }
        LONG.set(head, FrameCodec.CLUSTER, newSender.cluster());
        LONG.set(head, FrameCodec.REGISTRY_INCARNATION, newSender.registryIncarnation());
        LONG.set(head, FrameCodec.INCARNATION, newSender.incarnation());
        head[FrameCodec.NAME_LENGTH] = (byte) name.length;
        head[FrameCodec.GROUP_LENGTH] = (byte) groupName.length;
        System.arraycopy(name, 0, head, FrameCodec.HEADER_BYTES, name.length);
        System.arraycopy(groupName, 0, head, FrameCodec.HEADER_BYTES + name.length, groupName.length);
    }

    /// The deprecated method takes the low byte of each character. It is right where each character has one byte in
    /// UTF-8, which the equal lengths say, and is the only one that writes to an array that is there already.
    @SuppressWarnings("deprecation")
    private void putKey(String key, int keyLength, byte[] target) {
        if (key.length() == keyLength) {
            key.getBytes(0, keyLength, target, keyAt);
        } else {
            System.arraycopy(key.getBytes(UTF_8), 0, target, keyAt, keyLength);
        }
    }
}
