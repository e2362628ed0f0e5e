package dev.shortwire.cluster;

/// Who is told of changes, within the serialized machine. Must not block.
public interface ClusterListener {
    /// A view was adopted; `after` is already what everybody routes by.
    void viewChanged(Routing before, Routing after);

    /// A link went up or down.
    void linksChanged(Routing now);
}
