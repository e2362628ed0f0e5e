package dev.shortwire.ring;

import java.util.Collection;

/// A way to put members and keys on a ring. All nodes of a cluster use the same one; its [#name()] is part of what they
/// agree on. Stateless, usable from any thread.
public interface Placement {
    /// Short name for configuration and reports.
    String name();

    /// Where a key lies on the ring. Does not allocate.
    long hash(String group, String key);

    /// The ring of these members.
    ///
    /// @throws dev.shortwire.ConfigurationException if two have the same name
    Ring ring(Collection<RingMember> members);
}
