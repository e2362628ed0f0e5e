package dev.shortwire.geecache;

/// A way to one peer. Safe for use by any thread. Its `toString()` names the peer in logs.
@FunctionalInterface
public interface PeerGetter {
    /// What the peer has for `key` in `group`. Blocks; ends by a deadline of its own. The array is copied.
    ///
    /// @throws KeyNotFoundException if the peer knows that the database has no such key
    /// @throws RuntimeException     if the peer has no answer for any other reason, most likely a
    ///                              [dev.shortwire.ShortwireException]; the group then loads here
    byte[] get(String group, String key);
}
