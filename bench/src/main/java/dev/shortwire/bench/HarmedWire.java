package dev.shortwire.bench;

import dev.shortwire.bench.Harms.Harm;
import dev.shortwire.bench.Harms.Kind;
import dev.shortwire.spi.Scheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.ForwardingLink;
import dev.shortwire.wire.ForwardingWire;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireSettings;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A real wire whose links do badly when [Harms] says so. While nothing is wrong each call goes straight through.
final class HarmedWire extends ForwardingWire {
    private final Harms harms;
    private final Scheduler scheduler;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    HarmedWire(Wire inner, Harms harms, WireSettings settings) {
        super(inner);
        this.harms = harms;
        this.scheduler = settings.scheduler();
        harms.add(this);
    }

    @Override
    public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
        switch (harms.of(name()).kind()) {
            case DEAD -> observer
                    .refused(new WireFailure(Cause.CLOSED, Happened.NO, "the line to " + endpoint + " is cut"));
            case SILENT -> scheduler.schedule(timeoutNanos, () -> observer
                    .refused(new WireFailure(Cause.DEADLINE, Happened.NO, endpoint + " did not answer")));
            case WELL, SLOW, LOSSY -> super.connect(endpoint, timeoutNanos, observer);
        }
    }

    void breakLinks() {
        links.forEach(Link::close);
    }

    @Override
    public void close() {
        harms.remove(this);
        super.close();
    }

    @Override
    protected Link wrap(Link link) {
        HarmedLink harmed = new HarmedLink(link);
        links.add(harmed);
        return harmed;
    }

    @Override
    protected void closed(Link link, WireFailure failure, LinkObserver observer) {
        links.remove(link);
        super.closed(link, failure, observer);
    }

    private final class HarmedLink extends ForwardingLink {
        HarmedLink(Link link) {
            super(link);
        }

        @Override
        public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
            Harm harm = harms.of(name());
            boolean lost = harm.kind() == Kind.SILENT
                    || harm.kind() == Kind.LOSSY && ThreadLocalRandom.current().nextDouble() < harm.loss();
            if (!lost && harm.kind() != Kind.SLOW) {
                return super.call(request, timeoutNanos, outcome);
            }
            Held held = new Held(outcome);
            held.timer = scheduler.schedule(lost ? timeoutNanos : Math.min(harm.delayNanos(), timeoutNanos), () -> {
                if (lost) {
                    held.end(Cause.DEADLINE);
                } else {
                    held.send(inner(), request, Math.max(1, timeoutNanos - harm.delayNanos()));
                }
            });
            return held;
        }
    }

    /// A call that is held back or lost.
    private static final class Held implements Link.Call, Link.CallOutcome {
        private final Link.CallOutcome outcome;
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile Scheduler.@Nullable Timer timer;
        private volatile Link.@Nullable Call sent;

        Held(Link.CallOutcome outcome) {
            this.outcome = outcome;
        }

        void send(Link link, Frame request, long timeoutNanos) {
            if (!ended.get()) {
                Link.Call call = link.call(request, timeoutNanos, this);
                sent = call;
                if (ended.get()) {
                    call.cancel();
                }
            }
        }

        void end(Cause cause) {
            if (ended.compareAndSet(false, true)) {
                outcome.failed(new WireFailure(cause, Happened.PERHAPS, "the call was held back: " + cause));
            }
        }

        @Override
        public void reply(Frame reply) {
            if (ended.compareAndSet(false, true)) {
                outcome.reply(reply);
            }
        }

        @Override
        public void failed(WireFailure failure) {
            if (ended.compareAndSet(false, true)) {
                outcome.failed(failure);
            }
        }

        @Override
        public boolean mayRepeat() {
            return outcome.mayRepeat();
        }

        @Override
        public void cancel() {
            Scheduler.Timer waiting = timer;
            if (waiting != null) {
                waiting.cancel();
            }
            Link.Call call = sent;
            if (call != null) {
                call.cancel();
            }
            end(Cause.CANCELLED);
        }
    }
}
