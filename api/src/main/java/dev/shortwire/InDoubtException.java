package dev.shortwire;

/// The call may have happened: it was sent and no answer came. Repeating a put may apply it twice; read first.
public final class InDoubtException extends ShortwireException {
    private static final long serialVersionUID = 1;

    public InDoubtException(String message) {
        super(FailureKind.IN_DOUBT, message);
    }
}
