package dev.shortwire.node;

import dev.shortwire.cache.Lender;
import dev.shortwire.cache.Outcome;
import java.util.concurrent.CompletableFuture;

/// The outcome of a call that the thread which made it waits for.
sealed class BlockedCaller extends CompletableFuture<Outcome> implements Lender permits BlockedReader {
    private final Thread thread = Thread.currentThread();

    @Override
    public final void accept(Outcome outcome) {
        complete(outcome);
    }

    @Override
    public final boolean lends() {
        return Thread.currentThread() == thread;
    }
}
