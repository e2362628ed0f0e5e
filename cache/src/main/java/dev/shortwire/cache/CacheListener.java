package dev.shortwire.cache;

/// Who wants to see what a node does, key by key: the demo prints it. Called on the threads that do the work; must not
/// block.
public interface CacheListener {
    CacheListener NONE = new CacheListener() {};

    /// A load starts on this node.
    default void loading(String group, String key) {}

    /// A peer asked this node for a key that was not at hand.
    default void served(String group, String key, String peer) {}

    /// This node asks a peer for a key.
    default void picked(String group, String key, String peer) {}
}
