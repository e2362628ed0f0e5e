package dev.shortwire.http;

import dev.shortwire.http.HttpFailure.Cause;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A call that was sent on a [BlockingConnection]. Its answer is read by the thread that waits for it, see [#await], or by
/// another if that does not come.
/// Whoever turns `done` tells the outcome: the thread that reads, the timer, whoever cancels, or the end of the pool.
/// Safe for use by any thread.
public final class BlockingCall implements HttpCall {
    private static final Logger log = LoggerFactory.getLogger(BlockingCall.class);

    private final BlockingPool pool;
    private final BlockingConnection connection;
    private final HttpOutcome outcome;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicBoolean awaited = new AtomicBoolean();

    /// When this call is given up, by [System#nanoTime()].
    final long deadlineNanos;

    private final long comesNanos = System.nanoTime() + BlockingPool.COMES_NANOS;

    BlockingCall(BlockingPool pool, BlockingConnection connection, HttpOutcome outcome, long deadlineNanos) {
        this.pool = pool;
        this.connection = connection;
        this.outcome = outcome;
        this.deadlineNanos = deadlineNanos;
    }

    /// Reads the answer and tells the outcome; returns when it was told, by this thread or another, at the latest a moment
    /// after the deadline. If the thread is interrupted, the call fails as [Cause#CANCELLED], since a channel that
    /// somebody is interrupted at is closed. Returns at once if another thread reads already.
    public void await() {
        if (!done.get() && awaited.compareAndSet(false, true)) {
            connection.read(this);
        }
    }

    /// Whether a thread reads the answer, or has read it.
    boolean isAwaited() {
        return awaited.get();
    }

    /// When the timer has to look at this call, by [System#nanoTime()]: at its deadline, or before, if nobody reads yet.
    long dueNanos() {
        return awaited.get() || deadlineNanos - comesNanos < 0 ? deadlineNanos : comesNanos;
    }

    @Override
    public void cancel() {
        fail(Cause.CANCELLED, "the call to " + pool.address() + " was cancelled");
    }

    void expire() {
        fail(Cause.DEADLINE, "no answer from " + pool.address() + " before the deadline");
    }

    /// Ends the connection too: an answer would still come.
    void fail(Cause cause, String message) {
        if (done.compareAndSet(false, true)) {
            connection.close();
            try {
                outcome.failed(new HttpFailure(cause, true, message));
            } catch (Throwable fault) {
                log.warn("What waited for {} threw when it was told the failure", pool.address(), fault);
            }
        }
    }

    /// The connection is free before the outcome is told, so that the next call may have it.
    void answer(HttpResponse response, boolean keepAlive) {
        if (done.compareAndSet(false, true)) {
            if (keepAlive) {
                pool.release(connection);
            } else {
                connection.close();
            }
            try {
                outcome.answered(response);
            } catch (Throwable fault) {
                log.warn("What waited for {} threw when it was told the answer", pool.address(), fault);
            }
        }
    }
}
