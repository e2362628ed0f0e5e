package dev.shortwire.http;

import dev.shortwire.http.HttpFailure.Cause;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A call and what became of it. Whoever turns `done` tells the outcome: the response, the timer, the caller or the end
/// of the connection, on any thread. Which connection carries it is known on the pool's event loop only.
final class PooledCall implements HttpCall {
    private static final Logger log = LoggerFactory.getLogger(PooledCall.class);

    private final ConnectionPool pool;
    private final HttpOutcome outcome;
    private final AtomicBoolean done = new AtomicBoolean();
    private volatile @Nullable HttpRequest request;
    private volatile boolean sent;

    /// Confined to the event loop: what carries this call.
    @Nullable
    Carrier carrier;

    /// When this call is given up, by [System#nanoTime()].
    final long deadlineNanos;

    PooledCall(ConnectionPool pool, HttpRequest request, HttpOutcome outcome, long deadlineNanos) {
        this.pool = pool;
        this.request = request;
        this.outcome = outcome;
        this.deadlineNanos = deadlineNanos;
    }

    /// The time is over.
    void expire() {
        giveUp(Cause.DEADLINE, "no answer from " + pool.address() + " before the deadline");
    }

    /// The request, or null once the call is done: nobody has to send it any more.
    @Nullable
    HttpRequest request() {
        return request;
    }

    boolean isDone() {
        return done.get();
    }

    void markSent() {
        sent = true;
    }

    /// The server has said that it did nothing with the request.
    void markUnsent() {
        sent = false;
    }

    @Override
    public void cancel() {
        giveUp(Cause.CANCELLED, "the call to " + pool.address() + " was cancelled");
    }

    private void giveUp(Cause cause, String message) {
        if (fail(cause, message)) {
            pool.forget(this);
        }
    }

    boolean fail(Cause cause, String message) {
        if (!done.compareAndSet(false, true)) {
            return false;
        }
        release();
        try {
            outcome.failed(new HttpFailure(cause, sent, message));
        } catch (Throwable fault) {
            log.warn("What waited for {} threw when it was told the failure", pool.address(), fault);
        }
        return true;
    }

    void answer(HttpResponse response) {
        if (done.compareAndSet(false, true)) {
            release();
            try {
                outcome.answered(response);
            } catch (Throwable fault) {
                log.warn("What waited for {} threw when it was told the answer", pool.address(), fault);
            }
        }
    }

    private void release() {
        request = null;
    }
}
