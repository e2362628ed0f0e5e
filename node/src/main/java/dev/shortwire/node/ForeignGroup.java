package dev.shortwire.node;

import dev.shortwire.Node;
import dev.shortwire.RawCache;

/// A group that a node answers for although the cluster does not own its keys: one of a pool of other programs that the
/// node is a member of as well. Given to [NodeBuilder#attach]. Safe for use by any thread.
public interface ForeignGroup extends RawCache {
    @Override
    default boolean isForeign() {
        return true;
    }

    /// Who would answer for `key`; its `epoch` is 0, as such a group has no views.
    Node.Route route(String key);
}
