package dev.shortwire.wire;

import dev.shortwire.Bytes;

/// The fields of a message, wherever they are kept: of a [Frame], which stays as it is, or of one that is only passing
/// through, since a hit that makes no frame on its way is cheaper by half. What is passing through is valid until the
/// method that was given it returns, on that thread alone; who wants to keep it takes [#frame()].
public interface FrameView {
    /// What the frame asks or answers, 1 to 255.
    int kind();

    Sender sender();

    /// Epoch of the sender's view, 0 before it has one.
    long epoch();

    /// How many more nodes may be asked, 0 to 255.
    int hopsLeft();

    /// Chosen by the sender of a write so that the owner recognises a repetition; 0: none.
    long requestId();

    /// Code of the level that the caller wants, 0: none.
    int level();

    /// Name of the group, empty where it does not apply.
    String group();

    /// The key, empty where it does not apply.
    String key();

    /// Immutable, as all bytes are: it may be kept.
    Bytes payload();

    /// The optional fields; like the view itself they may be passing through.
    Tags tags();

    /// Length of the UTF-8 forms of the sender's name, group and key together.
    int textBytes();

    /// The same as a frame that stays.
    Frame frame();
}
