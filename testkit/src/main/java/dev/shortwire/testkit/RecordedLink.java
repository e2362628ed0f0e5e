package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Remembers what a wire tells of a link.
public final class RecordedLink implements Wire.LinkObserver {
    private final CompletableFuture<Object> first = new CompletableFuture<>();
    private final CompletableFuture<WireFailure> closed = new CompletableFuture<>();
    private final AtomicInteger timesClosed = new AtomicInteger();

    /// Connects and waits up to 30 s for the link.
    public static RecordedLink connect(Wire wire, Endpoint endpoint) {
        RecordedLink recorded = new RecordedLink();
        wire.connect(endpoint, TimeUnit.SECONDS.toNanos(30), recorded);
        return recorded;
    }

    @Override
    public void opened(Link link) {
        assertThat(first.complete(link)).as("opened after opened or refused").isTrue();
    }

    @Override
    public void refused(WireFailure failure) {
        assertThat(first.complete(failure)).as("refused after opened or refused").isTrue();
    }

    @Override
    public void closed(Link link, WireFailure failure) {
        timesClosed.incrementAndGet();
        closed.complete(failure);
    }

    /// The open link; fails where it was refused.
    public Link link() {
        Object outcome = await(first);
        assertThat(outcome).isInstanceOf(Link.class);
        return (Link) outcome;
    }

    /// Why there is no link; fails where there is one.
    public WireFailure refusal() {
        Object outcome = await(first);
        assertThat(outcome).isInstanceOf(WireFailure.class);
        return (WireFailure) outcome;
    }

    /// Why the link went down; waits for that.
    public WireFailure awaitClosed() {
        return await(closed);
    }

    /// How often the end of the link was told.
    public int timesClosed() {
        return timesClosed.get();
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("nothing was told of the link within 30 s", e);
        }
    }
}
