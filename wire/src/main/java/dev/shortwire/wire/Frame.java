package dev.shortwire.wire;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import org.jspecify.annotations.Nullable;

/// One message between two nodes, request or reply, decoded. Its bytes are described in `docs/protocol.md` and written
/// by [FrameCodec]. Immutable, usable from any thread.
///
/// The correlation id and the remaining time are not here: they belong to the call that carries the frame, so the link
/// writes them when it sends (see [Link#call]) and the handler is told the deadline.
public final class Frame implements FrameView {
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

    /// A builder for one frame after the other; [Builder#begin] comes first.
    public static Builder builder() {
        return new Builder();
    }

    /// A frame of that kind, everything else empty or zero until it is set.
    public static Builder of(int kind, Sender sender) {
        return new Builder().begin(kind, sender);
    }

    @Override
    public int kind() {
        return kind & 0xff;
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
        return hopsLeft & 0xff;
    }

    @Override
    public long requestId() {
        return requestId;
    }

    @Override
    public int level() {
        return level & 0xff;
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

    public @Nullable Bytes tag(int number) {
        return tags.get(number);
    }

    @Override
    public int textBytes() {
        return textBytes;
    }

    @Override
    public Frame frame() {
        return this;
    }

    private static int textBytes(Sender sender, String group, String key) {
        return textBytes("sender name", sender.name(), MAX_SHORT_TEXT) + textBytes("group", group, MAX_SHORT_TEXT)
                + textBytes("key", key, Limits.MAX_KEY_BYTES);
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

    /// Collects the fields of a frame. Who sends many may use one builder for all and send the builder itself, as what is
    /// passing through. Not thread-safe.
    public static final class Builder implements FrameView {
        private static final Sender NOBODY = new Sender(0, 0, "", 0);

        private int kind;
        private Sender sender = NOBODY;
        private long epoch;
        private int hopsLeft;
        private long requestId;
        private int level;
        private String group = "";
        private String key = "";
        private Bytes payload = Bytes.EMPTY;
        private Tags tags = Tags.NONE;

        private Builder() {}

        /// Begins a frame of that kind, everything else empty or zero until it is set.
        ///
        /// @param newKind 1 to 255
        public Builder begin(int newKind, Sender newSender) {
            if (newKind < 1 || newKind > 255) {
                throw new IllegalArgumentException("kind " + newKind + " must be 1 to 255");
            }
            kind = newKind;
            sender = newSender;
            epoch = 0;
            hopsLeft = DEFAULT_HOPS;
            requestId = 0;
            level = 0;
            group = "";
            key = "";
            payload = Bytes.EMPTY;
            tags = Tags.NONE;
            return this;
        }

        public Builder epoch(long value) {
            this.epoch = value;
            return this;
        }

        /// @param value 0 to 255
        public Builder hopsLeft(int value) {
            requireByte("hops left", value);
            this.hopsLeft = value;
            return this;
        }

        public Builder requestId(long value) {
            this.requestId = value;
            return this;
        }

        /// @param value 0 to 255
        public Builder level(int value) {
            requireByte("level", value);
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

        /// @throws IllegalArgumentException as [#build()]
        @Override
        public int textBytes() {
            return Frame.textBytes(sender, group, key);
        }

        @Override
        public Frame frame() {
            return build();
        }

        /// The frame.
        ///
        /// @throws IllegalArgumentException if it could not be written: name or group have more than 255 bytes, the key
        ///                                  more than [Limits#MAX_KEY_BYTES], or one of them is not well-formed Unicode
        public Frame build() {
            return new Frame(kind, sender, epoch, hopsLeft, requestId, level, group, key, payload, tags,
                    Frame.textBytes(sender, group, key));
        }
    }
}
