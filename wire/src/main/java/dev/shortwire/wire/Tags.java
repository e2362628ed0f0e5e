package dev.shortwire.wire;

import dev.shortwire.Bytes;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The optional fields of a frame, by number. A reader skips the numbers that it does not know, so that a field can be
/// added without a new version of the protocol. Immutable; written in ascending order.
public final class Tags {
    public static final Tags NONE = new Tags(new TreeMap<>());

    /// Where the wire's own tags end; the layers above use numbers from here on (`docs/protocol.md` lists all).
    public static final int FIRST_FREE = 16;
    public static final int MAX_NUMBER = 65_535;
    /// Most tags that a frame has.
    public static final int MAX_COUNT = 256;
    /// Most bytes that the tags of a frame have together, 4 for each tag included.
    public static final int MAX_ENCODED_BYTES = 65_535;

    /// Bytes of a tag beside its value: its number and its length.
    static final int OVERHEAD_BYTES = 4;

    private final SortedMap<Integer, Bytes> byNumber;
    private final int encodedLength;

    private Tags(SortedMap<Integer, Bytes> byNumber) {
        this.byNumber = byNumber;
        long length = 0;
        for (Bytes value : byNumber.values()) {
            length += OVERHEAD_BYTES + value.length();
        }
        if (length > MAX_ENCODED_BYTES || byNumber.size() > MAX_COUNT) {
            throw new IllegalArgumentException(byNumber.size() + " tags of " + length + " bytes, more than " + MAX_COUNT
                    + " or than " + MAX_ENCODED_BYTES + " bytes; put large things into the payload");
        }
        this.encodedLength = (int) length;
    }

    /// The map itself becomes the tags; the caller gives it away. Numbers and sizes are those of a frame.
    static Tags adopt(SortedMap<Integer, Bytes> given) {
        return new Tags(given);
    }

    /// These tags and one more, which replaces one of the same number.
    ///
    /// @throws IllegalArgumentException unless `number` is 1 to 65,535, or if they no longer fit into a frame
    public Tags with(int number, Bytes value) {
        if (number < 1 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("tag number " + number + " must be 1 to " + MAX_NUMBER);
        }
        SortedMap<Integer, Bytes> more = new TreeMap<>(byNumber);
        more.put(number, value);
        return new Tags(more);
    }

    /// The value of a tag, or null where the frame has none.
    public @Nullable Bytes get(int number) {
        return byNumber.get(number);
    }

    public boolean isEmpty() {
        return byNumber.isEmpty();
    }

    /// Length of all tags in a frame, in bytes.
    int encodedLength() {
        return encodedLength;
    }

    Map<Integer, Bytes> entries() {
        return byNumber;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tags that && byNumber.equals(that.byNumber);
    }

    @Override
    public int hashCode() {
        return byNumber.hashCode();
    }

    @Override
    public String toString() {
        return byNumber.toString();
    }
}
