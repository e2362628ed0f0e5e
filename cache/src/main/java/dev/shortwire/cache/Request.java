package dev.shortwire.cache;

import dev.shortwire.Bytes;
import java.time.Duration;

/// What a caller of this node wants of a key.
sealed interface Request {
    /// The value.
    record Read(Ancestry ancestry) implements Request {
        private static final Read PLAIN = new Read(Ancestry.NONE);

        static Read of(Ancestry ancestry) {
            return ancestry.isEmpty() ? PLAIN : new Read(ancestry);
        }
    }

    /// Store this value.
    record Put(Bytes value, String contentType, Duration timeToLive, long id) implements Request {}

    /// Invalidate.
    record Remove(long id) implements Request {}

    /// Whether it may be repeated when it is unknown whether it happened.
    default boolean isIdempotent() {
        return !(this instanceof Put);
    }
}
