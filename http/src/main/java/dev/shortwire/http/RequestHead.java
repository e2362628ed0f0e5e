package dev.shortwire.http;

/// What is known of a request before its body.
///
/// @param announced length of the body as the head tells it, 0 for none
record RequestHead(HttpRequest request, Routes.Entry route, boolean keepAlive, boolean http10, long announced) {
    /// Whether the head alone says what is to be done: nothing is to be answered before the body, and nothing after.
    boolean isPlain() {
        return keepAlive && !http10 && request.header("Expect") == null
                && request.header("Transfer-Encoding") == null;
    }
}
