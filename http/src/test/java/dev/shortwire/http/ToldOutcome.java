package dev.shortwire.http;

import java.util.concurrent.CompletableFuture;

/// Keeps what a call comes to: an [HttpResponse] or an [HttpFailure].
record ToldOutcome(CompletableFuture<Object> told) implements HttpOutcome {
    @Override
    public void answered(HttpResponse response) {
        told.complete(response);
    }

    @Override
    public void failed(HttpFailure failure) {
        told.complete(failure);
    }
}
