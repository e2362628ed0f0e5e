package dev.shortwire.cache;

/// Who wants to see what a node does, key by key: the demo prints it. Called on the threads that do the work; must not
/// block. Loads are seen by the loader itself.
public interface CacheListener {
    CacheListener NONE = new CacheListener() {};

    /// A peer asked this node for a key that was not at hand.
    default void served(String group, String key, String peer) {}

    /// This node asks a peer for a key.
    default void picked(String group, String key, String peer) {}
}
