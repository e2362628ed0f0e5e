package dev.shortwire.geecache;

import org.jspecify.annotations.Nullable;

/// What fills a miss: the way to the database. Called on a virtual thread, for one key at most once at a time on a node;
/// it may block. It is interrupted when the group's timeout has passed and nobody waits any more.
@FunctionalInterface
public interface Getter {
    /// The value of `key`, or null where there is none, which a [KeyNotFoundException] of this key says as well. The
    /// array is copied.
    ///
    /// @throws Exception any failure of the database; all who wait for this load get it as a
    ///                   [dev.shortwire.OriginException]
    byte @Nullable [] get(String key) throws Exception;
}
