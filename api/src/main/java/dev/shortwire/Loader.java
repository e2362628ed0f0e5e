package dev.shortwire;

import org.jspecify.annotations.Nullable;

/// What fills a miss. Runs on a virtual thread of the key's owner, at most once per key at a time in the whole cluster,
/// bounded per group by [GroupOptions#maxConcurrentLoads()]. It may block.
@FunctionalInterface
public interface Loader<V> {
    /// The value of `key`, or null where the origin has none (which may be cached, see
    /// [GroupOptions#absentTimeToLive()]).
    ///
    /// @throws Exception any failure of the origin; all who wait for this load get it as an [OriginException]
    @Nullable
    V load(String key, LoadContext context) throws Exception;
}
