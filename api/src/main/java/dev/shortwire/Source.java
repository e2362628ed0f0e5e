package dev.shortwire;

/// Where an answer came from.
public enum Source {
    /// The asked node's own store.
    OWN(1, "own"),
    /// The store of the owner, another node.
    PEER(2, "peer"),
    /// A load that this call started or joined, here or at the owner.
    LOADER(3, "loader");

    private final int code;
    private final String text;

    Source(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /// The number that stands for this source in a frame.
    public int code() {
        return code;
    }

    /// The word that the HTTP API prints: `own`, `peer` or `loader`.
    public String text() {
        return text;
    }
}
