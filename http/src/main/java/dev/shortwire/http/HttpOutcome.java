package dev.shortwire.http;

/// Who waits for a response. Exactly one of the two is called, once; neither may block.
public interface HttpOutcome {
    /// The server answered, with any status.
    void answered(HttpResponse response);

    /// There is no response.
    void failed(HttpFailure failure);
}
