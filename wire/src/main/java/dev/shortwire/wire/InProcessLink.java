package dev.shortwire.wire;

import dev.shortwire.spi.Scheduler.Timer;
import dev.shortwire.wire.FrameHandler.Caller;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A link of the in-process wire.
///
/// A call that is answered before the handler returns, which is what a hit does, takes a credit and gives it back and
/// nothing else: neither timer nor entry in `waiting`. Only a call that has to wait gets both, and then looks again
/// whether it was answered or the link went down in between, since both may happen on other threads.
final class InProcessLink implements Link {
    private static final Logger log = LoggerFactory.getLogger(InProcessLink.class);

    private final InProcessWire wire;
    private final WireSettings settings;
    private final Endpoint endpoint;
    private final InProcessListener target;
    private final Wire.LinkObserver observer;
    private final Caller caller;
    private final int maxFrameBytes;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Set<Pending> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger lastCall = new AtomicInteger();
    private final AtomicBoolean open = new AtomicBoolean(true);

    InProcessLink(InProcessWire wire, Endpoint endpoint, InProcessListener target, Wire.LinkObserver observer,
            String label) {
        this.wire = wire;
        this.settings = wire.settings();
        this.endpoint = endpoint;
        this.target = target;
        this.observer = observer;
        this.caller = new Caller(InProcessWire.NAME, label);
        this.maxFrameBytes = Math.min(settings.maxFrameBytes(), target.maxFrameBytes());
    }

    void opened() {
        observer.opened(this);
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
        long deadlineNanos = settings.clock().nanoTime() + timeoutNanos;
        Pending pending = new Pending(lastCall.incrementAndGet(), outcome);
        WireFailure refusal = refusal(request, timeoutNanos);
        if (refusal != null) {
            pending.refuse(refusal);
            return pending;
        }
        try {
            target.handler().onCall(request, caller, deadlineNanos, pending);
        } catch (Throwable fault) {
            target.handlerFailed(fault);
            pending.fail(Cause.CORRUPT, Happened.PERHAPS, "the peer's handler at " + endpoint + " failed");
        }
        if (!pending.isDone()) {
            pending.await(deadlineNanos);
        }
        return pending;
    }

    /// Why the request can't go out, or null: then a credit is taken.
    private @Nullable WireFailure refusal(Frame request, long timeoutNanos) {
        if (!open.get()) {
            return WireFailure.closedBefore(endpoint);
        }
        int length = FrameCodec.encodedLength(request);
        if (length > maxFrameBytes) {
            return WireFailure.tooLarge(endpoint, length, maxFrameBytes);
        }
        if (timeoutNanos <= 0) {
            return WireFailure.noTimeLeft(endpoint);
        }
        if (inFlight.incrementAndGet() > settings.maxCallsInFlight()) {
            inFlight.decrementAndGet();
            return WireFailure.tooManyCalls(endpoint, settings.maxCallsInFlight());
        }
        return null;
    }

    @Override
    public boolean send(Frame message) {
        if (!open.get() || FrameCodec.encodedLength(message) > maxFrameBytes) {
            return false;
        }
        try {
            target.handler().onSend(message, caller);
        } catch (Throwable fault) {
            target.handlerFailed(fault);
        }
        return true;
    }

    @Override
    public boolean isOpen() {
        return open.get();
    }

    @Override
    public void close() {
        goDown(new WireFailure(Cause.CLOSED, Happened.PERHAPS, "the link to " + endpoint + " was closed here"));
    }

    void goDown(WireFailure failure) {
        if (!open.compareAndSet(true, false)) {
            return;
        }
        wire.forget(this);
        target.remove(this);
        List<Pending> left = new ArrayList<>(waiting);
        left.sort(Comparator.comparingInt(p -> p.number));
        for (Pending pending : left) {
            pending.fail(failure.cause(), failure.happened(), failure.message());
        }
        try {
            observer.closed(this, failure);
        } catch (Throwable fault) {
            log.warn("The observer of a link to {} threw when it was told that the link is closed", endpoint, fault);
        }
    }

    /// A call in flight. Whoever turns `done` tells the outcome and gives the credit back.
    private final class Pending extends AtomicBoolean implements Call, FrameHandler.Replier {
        private static final long serialVersionUID = 1;

        private final int number;
        private final transient CallOutcome outcome;
        private transient volatile @Nullable Timer timer;

        Pending(int number, CallOutcome outcome) {
            this.number = number;
            this.outcome = outcome;
        }

        boolean isDone() {
            return get();
        }

        void refuse(WireFailure failure) {
            set(true);
            tell(failure);
        }

        void await(long deadlineNanos) {
            waiting.add(this);
            long left = Math.max(0, deadlineNanos - settings.clock().nanoTime());
            timer = settings.scheduler().schedule(left, () -> fail(Cause.DEADLINE, Happened.PERHAPS,
                    "no reply from " + endpoint + " before the deadline"));
            if (isDone()) {
                release();
            } else if (!open.get()) {
                fail(Cause.CLOSED, Happened.PERHAPS, "the link to " + endpoint + " closed during the call");
            }
        }

        @Override
        public void reply(Frame reply) {
            int length = FrameCodec.encodedLength(reply);
            if (length > maxFrameBytes) {
                fail(Cause.TOO_LARGE, Happened.PERHAPS, "the reply of " + length + " bytes from " + endpoint
                        + " has more than " + maxFrameBytes + "; ask for less, or raise wire.max-frame-bytes");
            } else if (finish()) {
                try {
                    outcome.reply(reply);
                } catch (Throwable fault) {
                    outcomeFailed(fault);
                }
            }
        }

        @Override
        public void cancel() {
            fail(Cause.CANCELLED, Happened.PERHAPS, "the call to " + endpoint + " was cancelled");
        }

        void fail(Cause cause, Happened happened, String message) {
            if (finish()) {
                tell(new WireFailure(cause, happened, message));
            }
        }

        private void tell(WireFailure failure) {
            try {
                outcome.failed(failure);
            } catch (Throwable fault) {
                outcomeFailed(fault);
            }
        }

        private boolean finish() {
            if (!compareAndSet(false, true)) {
                return false;
            }
            inFlight.decrementAndGet();
            release();
            return true;
        }

        private void release() {
            Timer set = timer;
            if (set != null) {
                set.cancel();
                waiting.remove(this);
            }
        }

        private void outcomeFailed(Throwable fault) {
            log.warn("What waited for a call to {} threw when it was told the outcome", endpoint, fault);
        }
    }
}
