package dev.shortwire.geecache;

import dev.shortwire.Bytes;

/// A read-only view of a cached value. Nobody who is given one can change what the cache holds. Immutable, usable from
/// any thread; equal to views of the same bytes.
public final class ByteView {
    private final Bytes bytes;

    private ByteView(Bytes bytes) {
        this.bytes = bytes;
    }

    /// A view of `bytes`, without a copy.
    public static ByteView of(Bytes bytes) {
        return new ByteView(bytes);
    }

    /// A view of a copy of `bytes`; later changes of the array are not seen.
    public static ByteView copyOf(byte[] bytes) {
        return new ByteView(Bytes.copyOf(bytes));
    }

    /// Length in bytes, 0 or more.
    public int len() {
        return bytes.length();
    }

    /// The byte at `index`.
    ///
    /// @throws IndexOutOfBoundsException unless `0 <= index < len()`
    public byte at(int index) {
        return bytes.at(index);
    }

    /// A fresh array with these bytes, the caller's own.
    public byte[] byteSlice() {
        return bytes.toByteArray();
    }

    /// The bytes themselves, without a copy: they can't be changed either.
    public Bytes bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteView that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /// The whole value as UTF-8 text; malformed input becomes U+FFFD.
    @Override
    public String toString() {
        return bytes.utf8();
    }
}
