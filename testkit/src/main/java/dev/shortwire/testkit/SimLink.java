package dev.shortwire.testkit;

import dev.shortwire.spi.Scheduler.Timer;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireSettings;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A link over the simulated network. Frames cross it as bytes, so that nothing mutable is shared. Whether a link that
/// breaks fails its calls first or tells its observer first is left to chance, since no wire promises either.
final class SimLink implements Link {
    private final SimWire wire;
    private final SimNetwork network;
    private final SimProcess caller;
    private final SimListener target;
    private final Endpoint endpoint;
    private final Wire.LinkObserver observer;
    private final TreeMap<Long, Pending> waiting = new TreeMap<>();
    private boolean open = true;
    private long lastCall;
    private long lastSendArrives;

    SimLink(SimWire wire, Endpoint endpoint, SimListener target, Wire.LinkObserver observer) {
        this.wire = wire;
        this.network = wire.network();
        this.caller = wire.process();
        this.target = target;
        this.endpoint = endpoint;
        this.observer = observer;
    }

    SimProcess caller() {
        return caller;
    }

    SimProcess target() {
        return target.process();
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
        Pending pending = new Pending(++lastCall, outcome);
        WireFailure refusal = refusal(request, timeoutNanos);
        if (refusal != null) {
            outcome.failed(refusal);
            return pending;
        }
        waiting.put(pending.number, pending);
        pending.timer = caller.after(timeoutNanos, "call deadline",
                () -> pending.fail(Cause.DEADLINE, "no reply from " + endpoint + " before the deadline"));
        byte[] bytes = FrameCodec.encode(request, pending.number, timeoutNanos / 1000);
        network.transmit(caller.name(), target(), "call " + text(request), network.dropRequests,
                () -> arrive(pending, bytes), () -> reset("was reset: nobody listens there any more"));
        return pending;
    }

    @Override
    public boolean send(Frame message) {
        if (!open || FrameCodec.encodedLength(message) > WireSettings.DEFAULT_MAX_FRAME_BYTES) {
            return false;
        }
        byte[] bytes = FrameCodec.encode(message, 0, 0);
        if (!network.isCut(caller.name(), target().name()) && !network.chance(network.dropRequests)) {
            long now = network.simulation().nowNanos();
            lastSendArrives = Math.max(lastSendArrives, now + network.delay(caller.name(), target().name()));
            target().after(lastSendArrives - now, "send " + text(message),
                    () -> target.handler().onSend(decode(bytes).frame(), from()));
        }
        return true;
    }

    @Override
    public void close() {
        goDown("the link to " + endpoint + " was closed here");
    }

    /// The peer's end is gone; this end hears of it, if it can be reached.
    void reset(String what) {
        if (open) {
            network.transmit(target().name(), caller, "link reset", 0,
                    () -> goDown("the link to " + endpoint + " " + what), null);
        }
    }

    private @Nullable WireFailure refusal(Frame request, long timeoutNanos) {
        if (!open) {
            return new WireFailure(Cause.CLOSED, Happened.NO, "the link to " + endpoint + " is closed");
        }
        if (FrameCodec.encodedLength(request) > WireSettings.DEFAULT_MAX_FRAME_BYTES) {
            return new WireFailure(Cause.TOO_LARGE, Happened.NO, "frame is too large");
        }
        if (timeoutNanos <= 0) {
            return new WireFailure(Cause.DEADLINE, Happened.NO, "no time was left");
        }
        return waiting.size() < WireSettings.DEFAULT_MAX_CALLS_IN_FLIGHT ? null
                : new WireFailure(Cause.BUSY, Happened.NO, "no credit left");
    }

    /// An event of the peer's: the request is there.
    private void arrive(Pending pending, byte[] bytes) {
        if (network.listener(endpoint.address()) != target) {
            reset("was reset: nobody listens there any more");
            return;
        }
        if (!open && network.chance(0.5)) {
            return;
        }
        FrameCodec.Received received = decode(bytes);
        long deadline = target().clock() + received.remainingMicros() * 1000;
        boolean[] replied = new boolean[1];
        target.handler().onCall(received.frame(), from(), deadline, reply -> {
            if (!replied[0]) {
                replied[0] = true;
                sendBack(pending, reply);
            }
        });
    }

    private void sendBack(Pending pending, Frame reply) {
        if (!target().isAlive()) {
            return;
        }
        byte[] bytes = FrameCodec.encode(reply, pending.number, 0);
        network.transmit(target().name(), caller, "reply " + text(reply), network.dropReplies,
                () -> pending.reply(decode(bytes).frame()), null);
    }

    private FrameHandler.Caller from() {
        return new FrameHandler.Caller(network.wire(), caller.name());
    }

    private void goDown(String why) {
        if (!open) {
            return;
        }
        open = false;
        wire.forget(this);
        WireFailure failure = new WireFailure(Cause.CLOSED, Happened.PERHAPS, why);
        boolean observerFirst = network.chance(0.5);
        if (observerFirst) {
            observer.closed(this, failure);
        }
        List.copyOf(waiting.values()).forEach(pending -> pending.fail(Cause.CLOSED, why));
        if (!observerFirst) {
            observer.closed(this, failure);
        }
    }

    private static String text(Frame frame) {
        return frame.kind() + (frame.key().isEmpty() ? "" : " " + frame.group() + "/" + frame.key());
    }

    private static FrameCodec.Received decode(byte[] bytes) {
        try {
            return FrameCodec.decode(ByteBuffer.wrap(bytes));
        } catch (FrameException e) {
            throw new AssertionError("a frame that was encoded can't be decoded", e);
        }
    }

    /// A call in flight.
    private final class Pending implements Call {
        private final long number;
        private final CallOutcome outcome;
        private @Nullable Timer timer;

        Pending(long number, CallOutcome outcome) {
            this.number = number;
            this.outcome = outcome;
        }

        void reply(Frame frame) {
            if (finish()) {
                outcome.reply(frame);
            }
        }

        void fail(Cause cause, String message) {
            if (finish()) {
                outcome.failed(new WireFailure(cause, Happened.PERHAPS, message));
            }
        }

        @Override
        public void cancel() {
            fail(Cause.CANCELLED, "the call was cancelled");
        }

        private boolean finish() {
            if (waiting.remove(number, this)) {
                if (timer != null) {
                    timer.cancel();
                }
                return true;
            }
            return false;
        }
    }
}
