package dev.shortwire.wire;

/// Bytes that are no frame: too short, too long, of another protocol, or with lengths that contradict each other. Who
/// reads from a stream closes it, since nothing after them can be trusted. Checked, because it is expected.
public final class FrameException extends Exception {
    private static final long serialVersionUID = 1;

    public FrameException(String message) {
        super(message);
    }
}
