package dev.shortwire.cache;

import java.util.function.Consumer;

/// Who waits for the outcome of a call and lends its thread to it meanwhile ([Pending#lend]).
public interface Lender extends Consumer<Outcome> {
    /// Whether the current thread is the one that is going to be lent.
    boolean lends();
}
