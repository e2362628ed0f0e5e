package dev.shortwire.cache;

/// A call under way, for whoever waits for its outcome.
public interface Pending {
    /// Gives the call up: nobody is told an outcome.
    void cancel();

    /// Lends the calling thread to the link that the call is in flight over, until that attempt has an outcome.
    ///
    /// @return false if there was nothing to lend it to: wait otherwise. True says nothing of the call itself, which may
    ///         be under way again
    boolean lend();
}
