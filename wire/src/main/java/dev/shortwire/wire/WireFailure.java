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

    /// A call over a link that was closed before.
    public static WireFailure closedBefore(Endpoint endpoint) {
        return new WireFailure(Cause.CLOSED, Happened.NO, "the link to " + endpoint + " is closed; connect anew");
    }

    /// A frame over the link's limit.
    public static WireFailure tooLarge(Endpoint endpoint, int lengthBytes, int maxFrameBytes) {
        return new WireFailure(Cause.TOO_LARGE, Happened.NO, "frame of " + lengthBytes + " bytes to " + endpoint
                + " must have at most " + maxFrameBytes + "; send less, or raise wire.max-frame-bytes");
    }

    /// A call whose deadline had passed before it was sent.
    public static WireFailure noTimeLeft(Endpoint endpoint) {
        return new WireFailure(Cause.DEADLINE, Happened.NO, "no time was left for the call to " + endpoint);
    }

    /// A call beyond the link's credit.
    public static WireFailure tooManyCalls(Endpoint endpoint, int maxCallsInFlight) {
        return new WireFailure(Cause.BUSY, Happened.NO, maxCallsInFlight + " calls to " + endpoint
                + " are in flight; slow down, or raise wire.max-calls-in-flight");
    }

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
