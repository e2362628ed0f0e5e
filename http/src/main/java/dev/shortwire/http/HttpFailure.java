package dev.shortwire.http;

/// Why a request has no response.
///
/// @param cause   what the client saw
/// @param sent    whether any of it may have reached the server; false: certainly nothing happened
/// @param message for people
public record HttpFailure(Cause cause, boolean sent, String message) {
    /// What the client saw.
    public enum Cause {
        /// Nobody listens at the address.
        REFUSED,
        /// No connection could be had for another reason: no route, no such host, no answer.
        UNREACHABLE,
        /// The deadline passed first.
        DEADLINE,
        /// The caller cancelled.
        CANCELLED,
        /// The connection ended before the response did, or the client was closed.
        CLOSED,
        /// Too many calls wait already.
        BUSY,
        /// The response is longer than allowed.
        TOO_LARGE,
        /// What came back is no HTTP/1.1 response.
        MALFORMED
    }
}
