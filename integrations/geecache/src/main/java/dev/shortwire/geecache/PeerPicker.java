package dev.shortwire.geecache;

import java.util.Optional;

/// Who owns which key. Safe for use by any thread.
@FunctionalInterface
public interface PeerPicker {
    /// The way to the owner of `key`; empty where that is this node, or nobody.
    Optional<PeerGetter> pickPeer(String key);

    /// Called once by [Group#registerPeers]: from now on peers may ask for keys of `group`. Does nothing unless
    /// overridden.
    ///
    /// @throws dev.shortwire.ConfigurationException if another group of that name is here
    default void serve(Group group) {}
}
