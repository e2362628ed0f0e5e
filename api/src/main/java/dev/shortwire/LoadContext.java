package dev.shortwire;

import java.time.Duration;

/// What a loader may know of the load it runs in. A loader that reads other keys reads them through the cache it was
/// given; the calls it makes on its own thread carry the ancestry by themselves.
public interface LoadContext {
    /// The group that is being filled.
    String group();

    /// Time left until the load is given up.
    Duration remaining();

    /// Reads the raw value of another key as part of this load, so that a cycle is noticed even when the loader has
    /// changed threads. Blocks.
    ///
    /// @return the encoded value, or null where the key has none
    /// @throws LoadCycleException if that key is being loaded by this very chain of loads
    @org.jspecify.annotations.Nullable
    Bytes get(String group, String key);
}
