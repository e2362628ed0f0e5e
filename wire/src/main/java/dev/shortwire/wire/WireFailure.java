package dev.shortwire.wire;

import dev.shortwire.FailureKind;

/// Why a call over a link has no reply. Not an exception: it is a value that the deterministic layers decide upon.
///
/// @param cause    what the link saw
/// @param happened whether the peer may have acted on the request
/// @param message  for people: what, where, and the remedy
public record WireFailure(Cause cause, Happened happened, String message) {
    /// What the link saw.
    public enum Cause {
        /// The deadline passed first.
        DEADLINE,
        /// The caller cancelled.
        CANCELLED,
        /// The link closed, or the peer's end of it did.
        CLOSED,
        /// Nobody listens at the endpoint: the proof that a process there is gone.
        REFUSED,
        /// No credit left: too many calls in flight, or the peer does not read.
        BUSY,
        /// The frame is over the limit.
        TOO_LARGE,
        /// The peer sent what is no frame.
        CORRUPT
    }

    /// Whether the peer may have acted.
    public enum Happened { NO, PERHAPS }

    /// The kind that tells a caller of this failure when nothing else can be tried.
    public FailureKind kind() {
        return switch (cause) {
            case DEADLINE -> FailureKind.DEADLINE;
            case CANCELLED -> FailureKind.CANCELLED;
            case CLOSED, REFUSED, CORRUPT -> FailureKind.UNREACHABLE;
            case BUSY -> FailureKind.BUSY;
            case TOO_LARGE -> FailureKind.TOO_LARGE;
        };
    }
}
