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

    private final SortedMap<Integer, Bytes> byNumber;

    private Tags(SortedMap<Integer, Bytes> byNumber) {
        this.byNumber = byNumber;
    }

    /// These tags and one more, which replaces one of the same number.
    ///
    /// @throws IllegalArgumentException unless `number` is 1 to 65,535
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
