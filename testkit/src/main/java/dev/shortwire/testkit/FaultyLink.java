package dev.shortwire.testkit;

import dev.shortwire.spi.Scheduler;
import dev.shortwire.wire.ForwardingLink;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A link over the bad line of a [FaultyWire].
final class FaultyLink extends ForwardingLink {
    private final FaultyWire wire;
    private final Queue<Frame> delayedSends = new ArrayDeque<>();

    FaultyLink(FaultyWire wire, Link inner) {
        super(inner);
        this.wire = wire;
    }

    @Override
    public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
        FaultyWire.Faults faults = wire.faults();
        if (faults.equals(FaultyWire.Faults.NONE) || timeoutNanos <= 0 || !isOpen()) {
            return super.call(request, timeoutNanos, outcome);
        }
        FaultyCall call = new FaultyCall(outcome);
        boolean loseReply = wire.happens(faults.loseReply());
        call.deadline = wire.scheduler().schedule(timeoutNanos, call::timeOut);
        if (!wire.happens(faults.loseRequest())) {
            long delay = Math.min(wire.delayNanos(), timeoutNanos - 1);
            after(delay, () -> call.start(request, timeoutNanos - delay, loseReply));
        }
        return call;
    }

    /// Sends that are delayed keep their order: each timer sends the oldest one that waits.
    @Override
    public boolean send(Frame message) {
        FaultyWire.Faults faults = wire.faults();
        if (!isOpen()) {
            return false;
        }
        if (wire.happens(faults.loseRequest())) {
            return true;
        }
        synchronized (delayedSends) {
            if (faults.maxDelayNanos() == 0 && delayedSends.isEmpty()) {
                return super.send(message);
            }
            delayedSends.add(message);
        }
        wire.scheduler().schedule(wire.delayNanos(), this::sendOldest);
        return true;
    }

    private void sendOldest() {
        synchronized (delayedSends) {
            Frame oldest = delayedSends.poll();
            if (oldest != null) {
                super.send(oldest);
            }
        }
    }

    private void after(long delayNanos, Runnable task) {
        if (delayNanos == 0) {
            task.run();
        } else {
            wire.scheduler().schedule(delayNanos, task);
        }
    }

    /// A call whose outcome is told once, by whoever is first.
    private final class FaultyCall implements Call, CallOutcome {
        private final CallOutcome outcome;
        private final AtomicBoolean done = new AtomicBoolean();
        private boolean loseReply;
        private volatile Scheduler.@Nullable Timer deadline;
        private volatile @Nullable Call started;

        FaultyCall(CallOutcome outcome) {
            this.outcome = outcome;
        }

        void start(Frame request, long timeoutNanos, boolean loses) {
            loseReply = loses;
            if (!done.get()) {
                Call call = inner().call(request, timeoutNanos, this);
                started = call;
                if (done.get()) {
                    call.cancel();
                }
            }
        }

        @Override
        public void reply(Frame reply) {
            if (!loseReply) {
                after(wire.delayNanos(), () -> {
                    if (finish()) {
                        outcome.reply(reply);
                    }
                });
            }
        }

        @Override
        public void failed(WireFailure failure) {
            if (finish()) {
                outcome.failed(failure);
            }
        }

        @Override
        public boolean mayRepeat() {
            return outcome.mayRepeat();
        }

        private boolean finish() {
            if (!done.compareAndSet(false, true)) {
                return false;
            }
            Scheduler.Timer timer = deadline;
            if (timer != null) {
                timer.cancel();
            }
            return true;
        }

        void timeOut() {
            end(Cause.DEADLINE, "no reply from " + endpoint() + " before the deadline");
        }

        @Override
        public void cancel() {
            end(Cause.CANCELLED, "the call to " + endpoint() + " was cancelled");
        }

        private void end(Cause cause, String message) {
            if (finish()) {
                Call call = started;
                if (call != null) {
                    call.cancel();
                }
                outcome.failed(new WireFailure(cause, Happened.PERHAPS, message));
            }
        }
    }
}
