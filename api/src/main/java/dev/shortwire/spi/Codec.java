package dev.shortwire.spi;

import dev.shortwire.Bytes;

/// Turns values into bytes and back. Stateless, usable from any thread.
///
/// @param <V> type of the values
public interface Codec<V> {
    /// Media type of the encoded form, which travels with the entry and names its schema.
    String contentType();

    /// The bytes of `value`.
    ///
    /// @throws RuntimeException if the value can't be encoded; the caller of `put` or the load fails with it
    Bytes encode(V value);

    /// The value of `bytes`, which may have been written by another version of the program.
    ///
    /// @throws RuntimeException if they are not what this codec writes
    V decode(Bytes bytes);

    /// Whether decoded values never change, so that one may be remembered beside its bytes and handed to many callers.
    boolean isImmutable();
}
