package dev.shortwire.node;

/// Where using Shortwire begins.
public final class Shortwire {
    private Shortwire() {}

    /// Begins to build a node.
    ///
    /// @param name stable from one start to the next and different from that of every other node of the cluster,
    ///             `[a-z0-9-]{1,64}`
    public static NodeBuilder node(String name) {
        return new NodeBuilder(name);
    }

    /// Checks a list of wires as [NodeBuilder#wires] takes it, the names in it included.
    ///
    /// @throws dev.shortwire.ConfigurationException if it is no such list, or names a wire that is not on the class path
    public static void checkWires(String policy) {
        WireSelection.check(WirePolicy.parse(policy));
    }
}
