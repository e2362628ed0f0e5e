package dev.shortwire.wire;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import org.jspecify.annotations.Nullable;

/// One message between two nodes, request or reply, decoded. Its bytes are described in `docs/protocol.md` and written
/// by [FrameCodec]. Immutable, usable from any thread.
///
/// The correlation id and the remaining time are not here: they belong to the call that carries the frame, so the link
/// writes them when it sends (see [Link#call]) and the handler is told the deadline.
public final class Frame {
    /// Kinds below this are the wire's own (`docs/protocol.md`); the layers above use 16 to 255.
    public static final int FIRST_FREE_KIND = 16;
    /// Hops of a request that no node has passed on yet.
    public static final int DEFAULT_HOPS = 2;

    private static final int MAX_SHORT_TEXT = 255;

    private final byte kind;
    private final byte hopsLeft;
    private final byte level;
    private final Sender sender;
    private final long epoch;
    private final long requestId;
    private final String group;
    private final String key;
    private final Bytes payload;
    private final Tags tags;
    private final int textBytes;

    /// For those who know that all of it fits into a frame.
    ///
    /// @param textBytes length of the UTF-8 forms of name, group and key together
    Frame(int kind, Sender sender, long epoch, int hopsLeft, long requestId, int level, String group, String key,
            Bytes payload, Tags tags, int textBytes) {
        this.kind = (byte) kind;
        this.sender = sender;
        this.epoch = epoch;
        this.hopsLeft = (byte) hopsLeft;
        this.requestId = requestId;
        this.level = (byte) level;
        this.group = group;
        this.key = key;
        this.payload = payload;
        this.tags = tags;
        this.textBytes = textBytes;
    }

    /// A frame of that kind, everything else empty or zero until it is set.
    public static Builder of(int kind, Sender sender) {
        return new Builder(kind, sender);
    }

    /// What the frame asks or answers, 1 to 255.
    public int kind() {
        return kind & 0xff;
    }

    public Sender sender() {
        return sender;
    }

    /// Epoch of the sender's view, 0 before it has one.
    public long epoch() {
        return epoch;
    }

    /// How many more nodes may be asked, 0 to 255.
    public int hopsLeft() {
        return hopsLeft & 0xff;
    }

    /// Chosen by the sender of a write so that the owner recognises a repetition; 0: none.
    public long requestId() {
        return requestId;
    }

    /// Code of the level that the caller wants, 0: none.
    public int level() {
        return level & 0xff;
    }

    public String group() {
        return group;
    }

    public String key() {
        return key;
    }

    public Bytes payload() {
        return payload;
    }

    public Tags tags() {
        return tags;
    }

    public @Nullable Bytes tag(int number) {
        return tags.get(number);
    }

    /// Length of the UTF-8 forms of name, group and key together.
    int textBytes() {
        return textBytes;
    }

    private static int textBytes(String what, String text, int max) {
        int all = 0;
        for (int i = 0; i < text.length(); i++) {
            all |= text.charAt(i);
        }
        int bytes = all < 0x80 ? text.length() : wideBytes(what, text);
        if (bytes > max) {
            throw new IllegalArgumentException(what + " has " + bytes + " bytes, more than " + max);
        }
        return bytes;
    }

    /// Strict, since a text that is not well-formed would arrive as another one.
    private static int wideBytes(String what, String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                throw new IllegalArgumentException(what + " has an unpaired surrogate at " + i);
            }
        }
        return bytes;
    }

    private static void requireByte(String what, int value) {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException(what + " " + value + " must be 0 to 255");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame that && kind == that.kind && epoch == that.epoch && hopsLeft == that.hopsLeft
                && requestId == that.requestId && level == that.level && sender.equals(that.sender)
                && group.equals(that.group) && key.equals(that.key) && payload.equals(that.payload)
                && tags.equals(that.tags);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * kind() + key.hashCode()) + Long.hashCode(requestId);
    }

    @Override
    public String toString() {
        return "Frame[kind=" + kind() + " from " + sender.name() + " epoch=" + epoch + " hops=" + hopsLeft() + " group="
                + group + " key=" + key.length() + " chars, " + payload.length() + " B]";
    }

    /// Collects the fields of a frame. Not thread-safe.
    public static final class Builder {
        private final int kind;
        private final Sender sender;
        private long epoch;
        private int hopsLeft = DEFAULT_HOPS;
        private long requestId;
        private int level;
        private String group = "";
        private String key = "";
        private Bytes payload = Bytes.EMPTY;
        private Tags tags = Tags.NONE;

        private Builder(int kind, Sender sender) {
            if (kind < 1 || kind > 255) {
                throw new IllegalArgumentException("kind " + kind + " must be 1 to 255");
            }
            this.kind = kind;
            this.sender = sender;
        }

        public Builder epoch(long value) {
            this.epoch = value;
            return this;
        }

        public Builder hopsLeft(int value) {
            this.hopsLeft = value;
            return this;
        }

        public Builder requestId(long value) {
            this.requestId = value;
            return this;
        }

        public Builder level(int value) {
            this.level = value;
            return this;
        }

        public Builder group(String value) {
            this.group = value;
            return this;
        }

        public Builder key(String value) {
            this.key = value;
            return this;
        }

        public Builder payload(Bytes value) {
            this.payload = value;
            return this;
        }

        public Builder tags(Tags value) {
            this.tags = value;
            return this;
        }

        public Builder tag(int number, Bytes value) {
            this.tags = tags.with(number, value);
            return this;
        }

        /// The frame.
        ///
        /// @throws IllegalArgumentException if it could not be written: hops or level are not 0 to 255, name or group
        ///                                  have more than 255 bytes, the key more than [Limits#MAX_KEY_BYTES], or one
        ///                                  of them is not well-formed Unicode
        public Frame build() {
            int textBytes = textBytes("sender name", sender.name(), MAX_SHORT_TEXT)
                    + textBytes("group", group, MAX_SHORT_TEXT) + textBytes("key", key, Limits.MAX_KEY_BYTES);
            requireByte("hops left", hopsLeft);
            requireByte("level", level);
            return new Frame(kind, sender, epoch, hopsLeft, requestId, level, group, key, payload, tags, textBytes);
        }
    }
}
