package dev.shortwire.wire;

import dev.shortwire.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// The optional fields of a frame, by number. A reader skips the numbers that it does not know, so that a field can be
/// added without a new version of the protocol. Immutable, but for those of a frame that is passing through
/// ([FrameView]), which its decoder reads over and over.
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

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] encoded;
    /// How many bytes of the array they have; all of them, unless they are read over and over.
    private int length;

    private Tags(byte[] encoded) {
        this(encoded, encoded.length);
    }

    private Tags(byte[] encoded, int length) {
        this.encoded = encoded;
        this.length = length;
    }

    /// Tags that a decoder reads over and over, with room for `bytes`.
    static Tags reused(int bytes) {
        return new Tags(new byte[bytes], 0);
    }

    /// Reads the next `count` bytes of `source` in place of what there was; only into reused tags, if they have room.
    ///
    /// @throws FrameException if these are not the tags of a frame
    void read(ByteBuffer source, int count) throws FrameException {
        source.get(encoded, 0, count);
        check(encoded, count);
        length = count;
    }

    /// The same tags, which stay.
    Tags copy() {
        return length == 0 ? NONE : new Tags(Arrays.copyOf(encoded, length));
    }

    /// The array itself becomes the tags; the caller gives it away.
    ///
    /// @throws FrameException if these are not the tags of a frame
    static Tags adopt(byte[] given) throws FrameException {
        check(given, given.length);
        return new Tags(given);
    }

    private static void check(byte[] given, int end) throws FrameException {
        int previous = 0;
        int count = 0;
        for (int at = 0; at < end; at = next(given, at)) {
            if (end - at < OVERHEAD_BYTES) {
                throw new FrameException("tags end within a tag");
            }
            int number = number(given, at);
            if (number <= previous) {
                throw new FrameException("tag " + number + " follows tag " + previous + "; tags ascend");
            }
            if (length(given, at) > end - at - OVERHEAD_BYTES) {
                throw new FrameException(
                        "tag " + number + " has " + length(given, at) + " bytes, more than are left");
            }
            if (++count > MAX_COUNT) {
                throw new FrameException("frame has more than " + MAX_COUNT + " tags");
            }
            previous = number;
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
        for (; from < length && number(encoded, from) < number; from = next(encoded, from)) {
            count++;
        }
        int to = from < length && number(encoded, from) == number ? next(encoded, from) : from;
        for (int at = to; at < length; at = next(encoded, at)) {
            count++;
        }
        long newLength = (long) length - (to - from) + OVERHEAD_BYTES + value.length();
        if (newLength > MAX_ENCODED_BYTES || count > MAX_COUNT) {
            throw new IllegalArgumentException(count + " tags of " + newLength + " bytes, more than " + MAX_COUNT
                    + " or than " + MAX_ENCODED_BYTES + " bytes; put large things into the payload");
        }
        return new Tags(replace(from, to, number, value, (int) newLength));
    }

    private byte[] replace(int from, int to, int number, Bytes value, int newLength) {
        byte[] more = Arrays.copyOf(encoded, newLength);
        putShort(more, from, number);
        putShort(more, from + 2, value.length());
        value.copyTo(more, from + OVERHEAD_BYTES);
        System.arraycopy(encoded, to, more, from + OVERHEAD_BYTES + value.length(), length - to);
        return more;
    }

    /// The value of a tag, or null where the frame has none.
    public @Nullable Bytes get(int number) {
        int at = find(number);
        return at < 0 ? null : valueAt(at);
    }

    /// Length of a tag's value in bytes, -1 where the frame has no such tag.
    public int length(int number) {
        int at = find(number);
        return at < 0 ? -1 : length(encoded, at);
    }

    /// A byte of a tag's value, without a copy of the value.
    ///
    /// @throws IndexOutOfBoundsException if there is no such tag, or it is too short
    public byte byteAt(int number, int offset) {
        return encoded[within(number, offset, 1)];
    }

    /// Eight bytes of a tag's value from `offset` on, big-endian.
    ///
    /// @throws IndexOutOfBoundsException if there is no such tag, or it is too short
    public long longAt(int number, int offset) {
        return (long) LONG.get(encoded, within(number, offset, Long.BYTES));
    }

    /// Whether a tag's value is that text in ASCII; false where the frame has no such tag. For a reader who knows what to
    /// expect and would rather not decode it.
    public boolean isText(int number, String ascii) {
        int at = find(number);
        if (at < 0 || length(encoded, at) != ascii.length()) {
            return false;
        }
        boolean same = true;
        for (int i = 0; same && i < ascii.length(); i++) {
            same = encoded[at + OVERHEAD_BYTES + i] == ascii.charAt(i);
        }
        return same;
    }

    /// Where a tag begins, -1 for nowhere.
    private int find(int number) {
        for (int at = 0; at < length; at = next(encoded, at)) {
            if (number(encoded, at) == number) {
                return at;
            }
        }
        return -1;
    }

    private int within(int number, int offset, int bytes) {
        int at = find(number);
        Objects.checkFromIndexSize(offset, bytes, at < 0 ? 0 : length(encoded, at));
        return at + OVERHEAD_BYTES + offset;
    }

    private Bytes valueAt(int at) {
        return Bytes.adopt(Arrays.copyOfRange(encoded, at + OVERHEAD_BYTES, next(encoded, at)));
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /// Length of all tags in a frame, in bytes.
    int encodedLength() {
        return length;
    }

    /// Appends the tags as a frame has them.
    void copyTo(ByteBuffer target) {
        if (length > 0) {
            target.put(encoded, 0, length);
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
        return other instanceof Tags that && Arrays.equals(encoded, 0, length, that.encoded, 0, that.length);
    }

    @Override
    public int hashCode() {
        return ByteBuffer.wrap(encoded, 0, length).hashCode();
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        for (int at = 0; at < length; at = next(encoded, at)) {
            text.add(number(encoded, at) + "=" + valueAt(at));
        }
        return text.toString();
    }

    /// Writes a few tags one after the other into the array that becomes the tags, where [#with] makes new ones for each.
    /// Not thread-safe.
    public static final class Writer {
        private final byte[] target;
        private int at;
        private int count;
        private int last;

        /// @param count      how many tags, 1 to [#MAX_COUNT]
        /// @param valueBytes how many bytes their values have together
        /// @throws IllegalArgumentException if they do not fit into a frame
        public Writer(int count, int valueBytes) {
            long length = (long) count * OVERHEAD_BYTES + valueBytes;
            if (count < 1 || count > MAX_COUNT || valueBytes < 0 || length > MAX_ENCODED_BYTES) {
                throw new IllegalArgumentException(count + " tags of " + length + " bytes, more than " + MAX_COUNT
                        + " or than " + MAX_ENCODED_BYTES + " bytes; put large things into the payload");
            }
            this.target = new byte[(int) length];
        }

        /// The next tag, with a value of one byte.
        ///
        /// @throws IllegalArgumentException  unless `number` is greater than that of the tag before, at most
        ///                                   [#MAX_NUMBER]
        /// @throws IndexOutOfBoundsException if it was not announced
        public Writer oneByte(int number, int value) {
            begin(number, 1);
            target[at++] = (byte) value;
            return this;
        }

        /// The next tag, with a value of two numbers of eight bytes; throws as [#oneByte].
        public Writer twoLongs(int number, long first, long second) {
            begin(number, 2 * Long.BYTES);
            LONG.set(target, at, first);
            LONG.set(target, at + Long.BYTES, second);
            at += 2 * Long.BYTES;
            return this;
        }

        /// The next tag, with a text in ASCII, a byte for each character; others become `?`. Throws as [#oneByte].
        public Writer text(int number, String ascii) {
            begin(number, ascii.length());
            for (int i = 0; i < ascii.length(); i++) {
                char c = ascii.charAt(i);
                target[at++] = (byte) (c < 0x80 ? c : '?');
            }
            return this;
        }

        private void begin(int number, int length) {
            if (number <= last || number > MAX_NUMBER) {
                throw new IllegalArgumentException(
                        "tag number " + number + " must be " + (last + 1) + " to " + MAX_NUMBER);
            }
            Objects.checkFromIndexSize(at, OVERHEAD_BYTES + length, target.length);
            putShort(target, at, number);
            putShort(target, at + 2, length);
            at += OVERHEAD_BYTES;
            last = number;
            count++;
        }

        /// The tags. The writer is not used afterwards.
        ///
        /// @throws IllegalStateException if fewer bytes were written than announced
        public Tags done() {
            if (at != target.length) {
                throw new IllegalStateException(
                        count + " tags fill " + at + " bytes of " + target.length + "; announce what is written");
            }
            return new Tags(target);
        }
    }
}
