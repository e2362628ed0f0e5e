package dev.shortwire;

/// A loader asked for the very key that it is loading, directly or through other keys and nodes. It would wait for
/// itself until the deadline, so it is told at once.
public final class LoadCycleException extends PermanentException {
    private static final long serialVersionUID = 1;

    public LoadCycleException(String message) {
        super(FailureKind.LOAD_CYCLE, message);
    }
}
