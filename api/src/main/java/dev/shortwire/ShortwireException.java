package dev.shortwire;

/// The root of what Shortwire throws, grouped by what the caller can do about it:
/// [RetryableException] (nothing happened, or only a read: call again), [InDoubtException] (it may have happened: find
/// out), [ConfigurationException] (change an option) and [PermanentException] (the same call will fail again).
public abstract sealed class ShortwireException extends RuntimeException
        permits RetryableException, InDoubtException, ConfigurationException, PermanentException {
    private static final long serialVersionUID = 1;

    private final FailureKind kind;

    ShortwireException(FailureKind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /// What went wrong, in one word.
    public FailureKind kind() {
        return kind;
    }
}
