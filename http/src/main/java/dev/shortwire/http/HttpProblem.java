package dev.shortwire.http;

/// A request that a handler refuses. Thrown out of a handler it becomes an answer of that status, with the message as
/// plain text.
public final class HttpProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    /// A refusal with that status, 400 to 599, and a message for the client.
    public HttpProblem(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
