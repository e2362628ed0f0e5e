package dev.shortwire.node;

import java.util.List;

/// Who wants to see what a node does, one call at a time: the demo prints it. Called on the threads that do the work;
/// must be quick and must not block for long.
public interface NodeListener {
    NodeListener NONE = new NodeListener() {};

    /// A loader starts on this node, which owns the key or stands in for an owner that can't be asked.
    default void loading(String group, String key) {}

    /// This node asks a peer for a key, because the peer owns it.
    default void picked(String group, String key, String peer) {}

    /// This node adopted a view.
    ///
    /// @param members names, sorted
    default void viewChanged(long epoch, List<String> members) {}
}
