package dev.shortwire.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/// Writes the frames that follow each other on one link. It remembers the bytes of what the last one repeated, the
/// sender and the group, so that a frame of plain ASCII costs no memory at all. Not thread-safe; one encoder for each
/// link.
///
/// A frame is written whole with [#encode], or in parts where its payload goes its own way: [#head], the payload by
/// other means, then [#tags].
public final class FrameEncoder {
    /// Longest key for which the array stays.
    private static final int KEPT_BYTES = 1024;

    private byte[] scratch = new byte[128];
    private String name = "";
    private byte[] nameBytes = new byte[0];
    private String group = "";
    private byte[] groupBytes = new byte[0];

    /// Bytes of a frame before its payload.
    public static int headLength(Frame frame) {
        return FrameCodec.HEADER_BYTES + frame.textBytes();
    }

    /// Bytes of a frame after its payload.
    public static int tagsLength(Frame frame) {
        return frame.tags().encodedLength();
    }

    /// Appends the frame to `target`, as [FrameCodec#encode(Frame, long, long, ByteBuffer)] does.
    public void encode(Frame frame, long correlationId, long remainingMicros, ByteBuffer target) {
        head(frame, correlationId, remainingMicros, target);
        if (!frame.payload().isEmpty()) {
            frame.payload().copyTo(target);
        }
        tags(frame, target);
    }

    /// Appends the header, the names and the key.
    ///
    /// @param remainingMicros time left, 0 or more; a time longer than 2^32-1 is written as that
    /// @throws java.nio.BufferOverflowException if `target` has less room than [#headLength(Frame)]
    public void head(Frame frame, long correlationId, long remainingMicros, ByteBuffer target) {
        Sender sender = frame.sender();
        remember(sender.name(), frame.group());
        int keyLength = frame.textBytes() - nameBytes.length - groupBytes.length;
        target.putInt(FrameCodec.MAGIC << 16 | FrameCodec.VERSION << 8 | frame.kind()).putLong(correlationId)
                .putLong(sender.cluster()).putLong(sender.registryIncarnation()).putLong(sender.incarnation())
                .putLong(frame.epoch()).putLong(frame.requestId())
                .putInt((int) Math.min(remainingMicros, FrameCodec.MAX_REMAINING_MICROS))
                .putInt(frame.hopsLeft() << 24 | frame.level() << 16 | nameBytes.length << 8 | groupBytes.length)
                .putInt(keyLength).putInt(frame.payload().length()).putShort((short) frame.tags().encodedLength())
                .put(nameBytes);
        if (groupBytes.length > 0) {
            target.put(groupBytes);
        }
        putKey(frame.key(), keyLength, target);
    }

    /// Appends the tags.
    public void tags(Frame frame, ByteBuffer target) {
        frame.tags().copyTo(target);
    }

    private void remember(String newName, String newGroup) {
        if (!newName.equals(name)) {
            name = newName;
            nameBytes = newName.getBytes(UTF_8);
        }
        if (!newGroup.equals(group)) {
            group = newGroup;
            groupBytes = newGroup.getBytes(UTF_8);
        }
    }

    /// The deprecated method takes the low byte of each character. It is right where each character has one byte in
    /// UTF-8, which the equal lengths say, and is the only one that writes to an array that is there already.
    @SuppressWarnings("deprecation")
    private void putKey(String key, int keyLength, ByteBuffer target) {
        if (key.length() != keyLength || keyLength > KEPT_BYTES) {
            target.put(key.getBytes(UTF_8));
            return;
        }
        if (scratch.length < keyLength) {
            scratch = new byte[KEPT_BYTES];
        }
        key.getBytes(0, keyLength, scratch, 0);
        target.put(scratch, 0, keyLength);
    }
}
