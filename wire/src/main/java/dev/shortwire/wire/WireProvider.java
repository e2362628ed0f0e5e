package dev.shortwire.wire;

/// Makes wires of one kind; found by `ServiceLoader`.
public interface WireProvider {
    /// The name of the wires it makes, as in [Wire#name()].
    String name();

    /// A wire for one node.
    Wire create(WireSettings settings);
}
