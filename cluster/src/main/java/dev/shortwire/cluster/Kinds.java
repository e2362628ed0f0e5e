package dev.shortwire.cluster;

/// The kinds of message that every layer above the wires shares; `docs/protocol.md` lists all kinds and tags. Numbers are
/// never reused.
public final class Kinds {
    /// Request: which view have you adopted? Answered by [#STATUS_IS].
    public static final int STATUS = 16;
    /// Reply to [#STATUS]: the frame's epoch says it.
    public static final int STATUS_IS = 17;
    /// Reply: it failed. The tag [#TAG_FAILURE] has the kind, the payload the message in UTF-8.
    public static final int FAILED = 18;
    /// Reply: another node owns the key in the view of the frame's epoch. Nothing happened.
    public static final int MOVED = 19;

    /// First kind for the layers above.
    public static final int FIRST_OF_CACHE = 32;

    /// Tag, 1 byte: the code of a [dev.shortwire.FailureKind].
    public static final int TAG_FAILURE = 16;

    private Kinds() {}
}
