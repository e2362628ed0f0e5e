package dev.shortwire.http;

/// A request on its way.
public interface HttpCall {
    /// Gives the call up: its outcome is a failure [HttpFailure.Cause#CANCELLED] unless it was told before. The
    /// connection that carried it is closed, since its answer would still come.
    void cancel();
}
