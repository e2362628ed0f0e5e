package dev.shortwire;

/// The same call would fail again: give up, or change the call.
public sealed class PermanentException extends ShortwireException permits OriginException, LoadCycleException {
    private static final long serialVersionUID = 1;

    public PermanentException(FailureKind kind, String message) {
        super(kind, message);
    }
}
