package dev.shortwire;

/// What a read does when the owner of its key can't be asked by any wire.
public enum Fallback {
    /// Load from the origin here, answer degraded, store nothing. Groups without a loader fail.
    LOAD,
    /// Fail with a [RetryableException].
    FAIL
}
