package dev.shortwire.cache;

import dev.shortwire.Bytes;

/// The fields of an entry that a hit looks at. They are in a superclass because a JVM lays out its fields first, so that
/// they lie next to the reference to the bytes: one line of memory is fetched for all of them, not two.
abstract sealed class Answering extends Bytes permits Entry {
    final long freshUntilNanos;
    /// Its generation; the complement for a tombstone, so that one comparison tells what answers reads.
    final int readGeneration;

    Answering(Bytes value, long freshUntilNanos, int readGeneration) {
        super(value);
        this.freshUntilNanos = freshUntilNanos;
        this.readGeneration = readGeneration;
    }
}
