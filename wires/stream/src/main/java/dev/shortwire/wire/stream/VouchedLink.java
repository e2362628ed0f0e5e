package dev.shortwire.wire.stream;

import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.WireFailure;
import java.util.function.Consumer;

/// A link of a [StreamWire], whose peer has proved as whom it sends: for wires that carry some of the replies another way
/// and have to hold them against the same proof. Safe for use by any thread.
public interface VouchedLink extends Link {
    /// Whether a reply of that sender may come from this peer. True where the pipe has no proof of names.
    boolean maySend(Sender sender);

    /// Closes the link, since its peer answered as `sender` and may not.
    ///
    /// @param told gets the reason first, which is of the kind "it may have happened"
    void disbelieve(Sender sender, Consumer<WireFailure> told);
}
