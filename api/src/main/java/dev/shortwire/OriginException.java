package dev.shortwire;

/// The loader failed. The message is the origin's reason; the cause is attached where the loader ran on this node.
/// The next call loads again.
public final class OriginException extends PermanentException {
    private static final long serialVersionUID = 1;

    public OriginException(String message) {
        super(FailureKind.ORIGIN, message);
    }
}
