package dev.shortwire.wire.grpc;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameEncoder;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A call of a [GrpcLink]. Its value is its state: it is queued, then sent, and ended from either. Whoever changes that to
/// [#ENDED] tells the outcome: the reply, the deadline, the caller, or the end of the link.
///
/// A call that has ended before the loop came to write it is left out, and certainly did not happen; one that was written
/// is cancelled at the peer too.
final class GrpcCall extends AtomicInteger implements Link.Call, Item, Deadlines.Entry {
    private static final Logger log = LoggerFactory.getLogger(GrpcCall.class);
    private static final long serialVersionUID = 1;
    private static final int QUEUED = 0;
    private static final int SENT = 1;
    private static final int ENDED = 2;

    private final transient GrpcLink link;
    private final long correlation;
    private final long deadlineNanos;
    private final int length;
    private final transient Link.CallOutcome outcome;
    private transient volatile @Nullable Frame request;

    GrpcCall(GrpcLink link, long correlation, Frame request, int length, long deadlineNanos,
            Link.CallOutcome outcome) {
        this.link = link;
        this.correlation = correlation;
        this.request = request;
        this.length = length;
        this.deadlineNanos = deadlineNanos;
        this.outcome = outcome;
    }

    long correlation() {
        return correlation;
    }

    @Override
    public int encodedBytes() {
        return Packets.frameBytes(length);
    }

    @Override
    public boolean take() {
        return request != null && compareAndSet(QUEUED, SENT);
    }

    @Override
    public void writeTo(ByteBuffer target, FrameEncoder encoder) {
        Frame frame = request;
        long left = TimeUnit.NANOSECONDS.toMicros(deadlineNanos - link.nanoTime());
        if (frame != null) {
            Packets.writeFrame(frame, length, correlation, Math.max(1, left), target, encoder);
        }
        request = null;
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void expire() {
        giveUp(Cause.DEADLINE, "no reply from " + link.endpoint() + " before the deadline");
    }

    @Override
    public void cancel() {
        giveUp(Cause.CANCELLED, "the call to " + link.endpoint() + " was cancelled");
    }

    /// The peer is told before the outcome is, so that a call which follows finds the credit free there too.
    private void giveUp(Cause cause, String message) {
        int before = end();
        if (before == SENT) {
            link.cancelThere(this);
        }
        if (before != ENDED) {
            tell(new WireFailure(cause, before == SENT ? Happened.PERHAPS : Happened.NO, message));
        }
    }

    void reply(Frame reply) {
        if (end() != ENDED) {
            try {
                outcome.reply(reply);
            } catch (Throwable fault) {
                outcomeFailed(fault);
            }
        }
    }

    /// Ends a call because the link went down.
    void fail(Cause cause, String message) {
        int before = end();
        if (before != ENDED) {
            tell(new WireFailure(cause, before == SENT ? Happened.PERHAPS : Happened.NO, message));
        }
    }

    void fail(Cause cause, Happened happened, String message) {
        if (end() != ENDED) {
            tell(new WireFailure(cause, happened, message));
        }
    }

    private int end() {
        int before = getAndSet(ENDED);
        if (before != ENDED) {
            link.forget(this);
        }
        if (before == QUEUED) {
            request = null;
        }
        return before;
    }

    private void tell(WireFailure failure) {
        try {
            outcome.failed(failure);
        } catch (Throwable fault) {
            outcomeFailed(fault);
        }
    }

    private void outcomeFailed(Throwable fault) {
        log.warn("What waited for a call to {} threw when it was told the outcome", link.endpoint(), fault);
    }
}
