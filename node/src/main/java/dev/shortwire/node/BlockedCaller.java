package dev.shortwire.node;

import dev.shortwire.cache.Lender;
import dev.shortwire.cache.Outcome;
import java.util.concurrent.CompletableFuture;

/// The outcome of a call that the thread which made it waits for.
final class BlockedCaller extends CompletableFuture<Outcome> implements Lender {
    private final Thread thread = Thread.currentThread();

    @Override
    public void accept(Outcome outcome) {
        complete(outcome);
    }

    @Override
    public boolean lends() {
        return Thread.currentThread() == thread;
    }
}
