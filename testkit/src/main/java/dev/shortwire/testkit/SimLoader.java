package dev.shortwire.testkit;

import dev.shortwire.cache.Ancestry;
import dev.shortwire.cache.GroupLoader.LoadResult;
import org.jspecify.annotations.Nullable;

/// What fills the misses of a group in a simulated cluster.
@FunctionalInterface
public interface SimLoader {
    /// Begins to load a key on `node` and tells `result` once, now or in a later event of the simulation.
    ///
    /// @return what gives the load up
    Runnable load(SimNode node, String key, Ancestry ancestry, LoadResult result);

    /// A group of a simulated cluster.
    ///
    /// @param loader null for a group that is filled by puts alone
    record Group(String name, dev.shortwire.GroupOptions options, @Nullable SimLoader loader) {}
}
