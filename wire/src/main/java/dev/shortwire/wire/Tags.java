package dev.shortwire.wire;

import dev.shortwire.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// The optional fields of a frame, by number. A reader skips the numbers that it does not know, so that a field can be
/// added without a new version of the protocol. Immutable.
///
/// They are kept as the bytes that a frame has for them, numbers ascending: a frame that arrives costs one array for all
/// of them, one that is sent none, and whoever looks for one walks over a few that are not it.
public final class Tags {
    public static final Tags NONE = new Tags(new byte[0]);

    /// Where the wire's own tags end; the layers above use numbers from here on (`docs/protocol.md` lists all).
    public static final int FIRST_FREE = 16;
    public static final int MAX_NUMBER = 65_535;
    /// Most tags that a frame has.
    public static final int MAX_COUNT = 256;
    /// Most bytes that the tags of a frame have together, 4 for each tag included.
    public static final int MAX_ENCODED_BYTES = 65_535;

    /// Bytes of a tag beside its value: its number and its length.
    private static final int OVERHEAD_BYTES = 4;

    private final byte[] encoded;

    private Tags(byte[] encoded) {
        this.encoded = encoded;
    }

    /// The array itself becomes the tags; the caller gives it away.
    ///
    /// @throws FrameException if these are not the tags of a frame
    static Tags adopt(byte[] given) throws FrameException {
        int previous = 0;
        int count = 0;
        for (int at = 0; at < given.length; at = next(given, at)) {
            check(given.length - at >= OVERHEAD_BYTES, "tags end within a tag");
            int number = number(given, at);
            check(number > previous, "tag " + number + " follows tag " + previous + "; tags ascend");
            check(length(given, at) <= given.length - at - OVERHEAD_BYTES,
                    "tag " + number + " has " + length(given, at) + " bytes, more than are left");
            check(++count <= MAX_COUNT, "frame has more than " + MAX_COUNT + " tags");
            previous = number;
        }
        return new Tags(given);
    }

    private static void check(boolean holds, String message) throws FrameException {
        if (!holds) {
            throw new FrameException(message);
        }
    }

    /// These tags and one more, which replaces one of the same number.
    ///
    /// @throws IllegalArgumentException unless `number` is 1 to 65,535, or if they no longer fit into a frame
    public Tags with(int number, Bytes value) {
        if (number < 1 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("tag number " + number + " must be 1 to " + MAX_NUMBER);
        }
        int count = 1;
        int from = 0;
        for (; from < encoded.length && number(encoded, from) < number; from = next(encoded, from)) {
            count++;
        }
        int to = from < encoded.length && number(encoded, from) == number ? next(encoded, from) : from;
        for (int at = to; at < encoded.length; at = next(encoded, at)) {
            count++;
        }
        long length = (long) encoded.length - (to - from) + OVERHEAD_BYTES + value.length();
        if (length > MAX_ENCODED_BYTES || count > MAX_COUNT) {
            throw new IllegalArgumentException(count + " tags of " + length + " bytes, more than " + MAX_COUNT
                    + " or than " + MAX_ENCODED_BYTES + " bytes; put large things into the payload");
        }
        return new Tags(replace(from, to, number, value, (int) length));
    }

    private byte[] replace(int from, int to, int number, Bytes value, int length) {
        byte[] more = Arrays.copyOf(encoded, length);
        putShort(more, from, number);
        putShort(more, from + 2, value.length());
        value.copyTo(more, from + OVERHEAD_BYTES);
        System.arraycopy(encoded, to, more, from + OVERHEAD_BYTES + value.length(), encoded.length - to);
        return more;
    }

    /// The value of a tag, or null where the frame has none.
    public @Nullable Bytes get(int number) {
        for (int at = 0; at < encoded.length; at = next(encoded, at)) {
            if (number(encoded, at) == number) {
                return valueAt(at);
            }
        }
        return null;
    }

    private Bytes valueAt(int at) {
        return Bytes.adopt(Arrays.copyOfRange(encoded, at + OVERHEAD_BYTES, next(encoded, at)));
    }

    public boolean isEmpty() {
        return encoded.length == 0;
    }

    /// Length of all tags in a frame, in bytes.
    int encodedLength() {
        return encoded.length;
    }

    /// Appends the tags as a frame has them.
    void copyTo(ByteBuffer target) {
        if (encoded.length > 0) {
            target.put(encoded);
        }
    }

    private static int number(byte[] tags, int at) {
        return (tags[at] & 0xff) << 8 | tags[at + 1] & 0xff;
    }

    private static int length(byte[] tags, int at) {
        return (tags[at + 2] & 0xff) << 8 | tags[at + 3] & 0xff;
    }

    private static int next(byte[] tags, int at) {
        return at + OVERHEAD_BYTES + length(tags, at);
    }

    private static void putShort(byte[] target, int at, int value) {
        target[at] = (byte) (value >>> 8);
        target[at + 1] = (byte) value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tags that && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        for (int at = 0; at < encoded.length; at = next(encoded, at)) {
            text.add(number(encoded, at) + "=" + valueAt(at));
        }
        return text.toString();
    }
}
