package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.WireFailure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Remembers what a call came to, and how often it was told.
public final class RecordedOutcome implements Link.CallOutcome {
    private final CompletableFuture<Object> told = new CompletableFuture<>();
    private final AtomicInteger times = new AtomicInteger();

    @Override
    public void reply(Frame reply) {
        times.incrementAndGet();
        told.complete(reply);
    }

    @Override
    public void failed(WireFailure failure) {
        times.incrementAndGet();
        told.complete(failure);
    }

    /// Always: what [ScriptedHandler] does may be done twice, so that a wire's way of repeating is tried as well.
    @Override
    public boolean mayRepeat() {
        return true;
    }

    /// Whether the outcome was told.
    public boolean isTold() {
        return told.isDone();
    }

    /// The reply; waits up to 30 s and fails where there is none.
    public Frame awaitReply() {
        Object outcome = awaitOutcome();
        assertThat(outcome).isInstanceOf(Frame.class);
        return (Frame) outcome;
    }

    /// The failure; waits up to 30 s and fails where there is none.
    public WireFailure awaitFailure() {
        Object outcome = awaitOutcome();
        assertThat(outcome).isInstanceOf(WireFailure.class);
        return (WireFailure) outcome;
    }

    /// Waits up to 30 s for the outcome; a [Frame] or a [WireFailure].
    public Object awaitOutcome() {
        try {
            return told.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no outcome was told within 30 s", e);
        }
    }

    /// How often an outcome was told: once, if the wire keeps its contract.
    public int times() {
        return times.get();
    }
}
