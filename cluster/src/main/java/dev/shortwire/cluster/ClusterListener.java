package dev.shortwire.cluster;

/// Who is told of changes, within the serialized machine. Must not block.
public interface ClusterListener {
    /// A view is adopted; `after` is what everybody routes by once all listeners have been told.
    void viewChanged(Routing before, Routing after);

    /// A link went up or down.
    void linksChanged(Routing now);
}
