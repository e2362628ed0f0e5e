package dev.shortwire.wire.stream;

import dev.shortwire.wire.Link;
import org.jspecify.annotations.Nullable;

/// A call of a [StreamLink] in flight: all that it costs. Who takes it out of the [CallTable] ends it, and is the only
/// one to tell its outcome.
final class StreamCall implements Link.Call {
    /// The link.
    interface Owner {
        void cancel(StreamCall call);

        void lend(StreamCall call);
    }

    final Link.CallOutcome outcome;
    final long deadlineNanos;
    /// Whether its caller reads the reply itself.
    final boolean isLent;
    private final Owner link;
    /// Correlation id; written before the call is put into the table.
    long id;
    /// Who waits in [#lend] while another thread reads.
    volatile @Nullable Thread waiter;
    private volatile boolean told;

    StreamCall(Owner link, Link.CallOutcome outcome, long deadlineNanos, boolean isLent) {
        this.link = link;
        this.outcome = outcome;
        this.deadlineNanos = deadlineNanos;
        this.isLent = isLent;
    }

    /// Whether the outcome was told.
    boolean isTold() {
        return told;
    }

    void setTold() {
        told = true;
    }

    @Override
    public void cancel() {
        link.cancel(this);
    }

    @Override
    public void lend() {
        link.lend(this);
    }
}
