package dev.shortwire.cache;

import dev.shortwire.Bytes;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who waits for the outcome of a call and lends its thread to it meanwhile ([Pending#lend]).
public interface Lender extends Consumer<Outcome> {
    /// Whether the current thread is the one that is going to be lent.
    boolean lends();

    /// Takes the value of a read that a peer has answered, null where the key has none, and with it the outcome.
    ///
    /// @return false if more than the value is wanted: then the outcome is told
    default boolean takes(@Nullable Bytes value) {
        return false;
    }
}
