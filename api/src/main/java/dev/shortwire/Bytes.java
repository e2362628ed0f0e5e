package dev.shortwire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/// An immutable sequence of bytes: what a store holds, what a wire carries, what the raw API returns.
///
/// Nobody who is given a `Bytes` can change it: [#toByteArray()] copies, [#asByteBuffer()] is read-only. So a store, a
/// replica and a peer in the same process may all hold the same instance. Immutable, usable from any thread.
///
/// Not final, so that a store can keep what it knows of a value in the same object: a read then touches one place in
/// memory less. What a subclass adds is no part of the value: equality is that of the bytes, and their methods are final.
public class Bytes {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] array;

    private Bytes(byte[] array) {
        this.array = array;
    }

    /// The same bytes, without a copy.
    protected Bytes(Bytes same) {
        this(same.array);
    }

    /// A copy of `source`; later changes of the array are not seen.
    public static Bytes copyOf(byte[] source) {
        return source.length == 0 ? EMPTY : new Bytes(source.clone());
    }

    /// A copy of the remaining bytes of `source`, whose position moves to its limit.
    public static Bytes copyOf(ByteBuffer source) {
        byte[] copy = new byte[source.remaining()];
        source.get(copy);
        return adopt(copy);
    }

    /// The UTF-8 form of `text`.
    public static Bytes utf8(String text) {
        return adopt(text.getBytes(UTF_8));
    }

    /// The array itself, without a copy. The caller gives it away: who writes to it afterwards breaks the promise of
    /// immutability for everyone. For decoders that have just filled a fresh array.
    public static Bytes adopt(byte[] given) {
        return given.length == 0 ? EMPTY : new Bytes(given);
    }

    /// Length in bytes, 0 or more.
    public final int length() {
        return array.length;
    }

    public final boolean isEmpty() {
        return array.length == 0;
    }

    /// The byte at `index`.
    ///
    /// @throws IndexOutOfBoundsException unless `0 <= index < length()`
    public final byte at(int index) {
        return array[index];
    }

    /// A fresh array with these bytes.
    public final byte[] toByteArray() {
        return array.clone();
    }

    /// A read-only view, without a copy.
    public final ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(array).asReadOnlyBuffer();
    }

    /// Copies all bytes to `target` from `offset` on.
    ///
    /// @throws IndexOutOfBoundsException if they do not fit
    public final void copyTo(byte[] target, int offset) {
        System.arraycopy(array, 0, target, offset, array.length);
    }

    /// Appends all bytes to `target`.
    ///
    /// @throws java.nio.BufferOverflowException if they do not fit
    public final void copyTo(ByteBuffer target) {
        target.put(array);
    }

    /// A copy of the bytes from `from` (inclusive) to `to` (exclusive).
    public final Bytes slice(int from, int to) {
        Objects.checkFromToIndex(from, to, array.length);
        return adopt(Arrays.copyOfRange(array, from, to));
    }

    /// The text whose UTF-8 form this is; malformed input becomes U+FFFD.
    public final String utf8() {
        return new String(array, UTF_8);
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(array, that.array);
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(array);
    }

    /// Length and the first bytes in hexadecimal: never the whole value, which may be large or secret.
    @Override
    public String toString() {
        int shown = Math.min(array.length, 8);
        String dots = shown < array.length ? "…" : "";
        return "Bytes[" + array.length + ": " + HexFormat.of().formatHex(array, 0, shown) + dots + "]";
    }
}
