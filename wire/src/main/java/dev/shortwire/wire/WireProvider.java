package dev.shortwire.wire;

import org.jspecify.annotations.Nullable;

/// Makes wires of one kind; found by `ServiceLoader`.
public interface WireProvider {
    /// The name of the wires it makes, as in [Wire#name()].
    String name();

    /// Why this machine can't have such a wire at all, in one sentence for people; null where it can.
    default @Nullable String unavailable() {
        return null;
    }

    /// A wire for one node; only where it is not [#unavailable()].
    Wire create(WireSettings settings);
}
