package dev.shortwire;

/// The call did not happen, or was a read: repeating it is safe and may succeed.
public final class RetryableException extends ShortwireException {
    private static final long serialVersionUID = 1;

    public RetryableException(FailureKind kind, String message) {
        super(kind, message);
    }
}
