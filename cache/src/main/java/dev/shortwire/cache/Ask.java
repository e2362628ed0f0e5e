package dev.shortwire.cache;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Fallback;
import dev.shortwire.cluster.ClusterNode;
import dev.shortwire.cluster.Routing;
import dev.shortwire.spi.Scheduler.Timer;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.WireFailure;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One call of this node's own caller on its way to the owner of its key: a small state machine of its own, which ends
/// with exactly one outcome, at the latest at its deadline.
///
/// 1. Ours: an event of the machine. Another's: a frame over the link.
/// 2. `MOVED`: the views differ. The one who is behind asks the registry, never the peer's word, and the call is routed
///    anew, twice at most (`hopsLeft`); nobody waits for another node's view. Out of hops, a read with a loader loads
///    here and stores nothing; everything else ends as views-differ.
/// 3. No link to the owner: a read does what the group's fallback says. A write, which certainly did not happen, waits
///    for the next view until its deadline.
/// 4. Sent, and no answer: a read or a removal is repeated, a put ends in doubt.
///
/// Its steps follow each other, on whatever thread brings them, so its fields need no lock; only who ends it first is
/// decided by compare-and-set.
final class Ask {
    private static final long VIEW_WAIT_NANOS = Duration.ofMillis(250).toNanos();
    private static final long LINK_WAIT_NANOS = Duration.ofMillis(500).toNanos();
    private static final long RETRY_NANOS = Duration.ofMillis(2).toNanos();
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    private final CacheEngine engine;
    private final ClusterNode cluster;
    private final CacheGroup group;
    private final String key;
    private final long hash;
    private final Request request;
    private final long deadlineNanos;
    private final Consumer<Outcome> caller;
    private final AtomicBoolean ended = new AtomicBoolean();
    private int hopsLeft = Frame.DEFAULT_HOPS;
    private int failures;
    private boolean perhapsHappened;
    private volatile Link.@Nullable Call call;
    private volatile @Nullable Timer deadlineTimer;

    Ask(CacheEngine engine, CacheGroup group, String key, Request request, long deadlineNanos,
            Consumer<Outcome> caller) {
        this.engine = engine;
        this.cluster = engine.cluster();
        this.group = group;
        this.key = key;
        this.hash = group.hash(key);
        this.request = request;
        this.deadlineNanos = deadlineNanos;
        this.caller = caller;
    }

    void start() {
        route();
    }

    /// The caller no longer waits: nobody is told, and a call in flight is taken back.
    void cancel() {
        if (ended.compareAndSet(false, true)) {
            Link.Call inFlight = call;
            if (inFlight != null) {
                inFlight.cancel();
            }
            Timer timer = deadlineTimer;
            if (timer != null) {
                timer.cancel();
            }
        }
    }

    private void route() {
        guarded(this::routeNow);
    }

    /// A step that throws would leave its caller waiting: whatever the reason, the call ends.
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            cluster.environment().faults().accept(e);
            perhapsHappened = true;
            end(new Outcome.Failed(FailureKind.INTERNAL, "a call of " + group.name() + "/" + key + " broke: " + e, e));
        }
    }

    private void routeNow() {
        if (ended.get()) {
            return;
        }
        if (engine.isClosed() || remaining() <= 0) {
            end(late());
            return;
        }
        Routing routing = cluster.routing();
        String owner = routing.owner(hash);
        if (routing.owns(hash)) {
            cluster.serial().run(this::asOwner);
        } else if (owner.isEmpty() || owner.equals(cluster.config().name())) {
            awaitView(routing.epoch() + 1, "this node is in no view yet");
        } else {
            Link link = routing.link(owner);
            if (link != null && link.isOpen()) {
                send(link, owner, routing.epoch());
            } else if (link != null) {
                pauseThenRoute(RETRY_NANOS);
            } else {
                cluster.awaitLink(owner, Math.min(remaining(), LINK_WAIT_NANOS),
                        () -> guarded(() -> linkAwaited(owner)));
            }
        }
    }

    private void asOwner() {
        guarded(() -> {
            boolean[] moved = new boolean[1];
            engine.asOwner(group, key, request, cluster.incarnation(), outcome -> {
                if (outcome instanceof Outcome.Moved elsewhere) {
                    moved[0] = true;
                    moved(elsewhere.epoch());
                } else {
                    end(outcome);
                }
            });
            if (!moved[0]) {
                armDeadline();
            }
        });
    }

    /// For what this node does itself: a link watches the deadline of its calls.
    private void armDeadline() {
        if (!ended.get()) {
            deadlineTimer = cluster.environment().scheduler().schedule(Math.max(0, remaining()), () -> end(late()));
        }
    }

    private void linkAwaited(String owner) {
        if (ended.get()) {
            return;
        }
        Routing routing = cluster.routing();
        Link link = routing.link(owner);
        if (!routing.owner(hash).equals(owner)) {
            route();
        } else if (link != null) {
            send(link, owner, routing.epoch());
        } else {
            unreachable(owner);
        }
    }

    private void send(Link link, String owner, long epoch) {
        long remaining = remaining();
        if (remaining <= 0) {
            end(late());
            return;
        }
        if (request instanceof Request.Read) {
            engine.listener().picked(group.name(), key, owner);
        }
        Link.Call sent = link.call(frame(), remaining, new Link.CallOutcome() {
            @Override
            public void reply(Frame reply) {
                replied(reply, owner, epoch);
            }

            @Override
            public void failed(WireFailure failure) {
                unanswered(failure, owner);
            }
        });
        call = sent;
        if (ended.get()) {
            // Given up while the call went out: whoever did so could not take it back.
            sent.cancel();
        }
    }

    private Frame frame() {
        int level = group.options().level().code();
        Frame.Builder frame = switch (request) {
            case Request.Read read -> {
                Frame.Builder get = cluster.frame(CacheKinds.GET);
                yield read.ancestry().isEmpty() ? get
                        : get.tag(CacheKinds.TAG_ANCESTRY, read.ancestry().encode());
            }
            case Request.Put put -> cluster.frame(CacheKinds.PUT).requestId(put.id()).payload(put.value())
                    .tag(CacheKinds.TAG_CONTENT_TYPE, CacheFrames.encode(put.contentType()))
                    .tag(CacheKinds.TAG_TIME_TO_LIVE, CacheFrames.encode(put.timeToLive()));
            case Request.Remove remove -> cluster.frame(CacheKinds.REMOVE).requestId(remove.id());
        };
        return frame.level(level).hopsLeft(hopsLeft).group(group.name()).key(key).build();
    }

    private void replied(Frame reply, String owner, long epoch) {
        Outcome outcome = CacheFrames.outcome(reply, owner, epoch);
        if (outcome instanceof Outcome.Moved moved) {
            moved(moved.epoch());
            return;
        }
        if (outcome instanceof Outcome.Failed failed && failed.kind() == FailureKind.UNKNOWN_GROUP) {
            groupNotOpen(outcome);
            return;
        }
        if (request instanceof Request.Read) {
            (outcome instanceof Outcome.Failed ? group.counters().peerErrors : group.counters().peerLoads).increment();
        }
        end(outcome);
    }

    /// A node joins before its program opens its groups. So the owner may have the group in a moment: a read that may
    /// loads here meanwhile, everything else asks again until its deadline.
    private void groupNotOpen(Outcome outcome) {
        if (request instanceof Request.Read) {
            group.counters().peerErrors.increment();
        }
        if (loadsHere()) {
            loadHere();
        } else if (remaining() > 2 * PAUSE_NANOS) {
            pauseThenRoute(PAUSE_NANOS);
        } else {
            end(outcome);
        }
    }

    private void moved(long theirEpoch) {
        hopsLeft--;
        if (hopsLeft < 0) {
            outOfHops();
        } else if (theirEpoch > cluster.routing().epoch()) {
            cluster.awaitEpoch(theirEpoch, Math.min(remaining(), VIEW_WAIT_NANOS), this::route);
        } else {
            pauseThenRoute(PAUSE_NANOS);
        }
    }

    private void outOfHops() {
        if (loadsHere()) {
            loadHere();
        } else {
            end(new Outcome.Failed(FailureKind.VIEWS_DIFFER, "the nodes' views differ about the owner of "
                    + group.name() + "/" + key + "; nothing happened, try again"));
        }
    }

    private void unanswered(WireFailure failure, String owner) {
        if (ended.get()) {
            return;
        }
        if (request instanceof Request.Read) {
            group.counters().peerErrors.increment();
        }
        boolean perhaps = failure.happened() == WireFailure.Happened.PERHAPS;
        perhapsHappened |= perhaps;
        switch (failure.cause()) {
            case DEADLINE -> end(late());
            case BUSY, TOO_LARGE -> end(new Outcome.Failed(failure.kind(), failure.message()));
            case CANCELLED, CLOSED, REFUSED, CORRUPT -> {
                if (perhaps && !request.isIdempotent()) {
                    end(new Outcome.Failed(FailureKind.IN_DOUBT,
                            "the link to " + owner + " broke after the call was sent ("
                                    + failure.message() + "); read the key to find out"));
                } else {
                    // The machine may not have heard yet that the link is down. A link that stays up and breaks each
                    // call must not be called without end at that pace.
                    pauseThenRoute(Math.min(RETRY_NANOS << Math.min(failures++, 10), LONGEST_PAUSE_NANOS));
                }
            }
        }
    }

    private void unreachable(String owner) {
        if (loadsHere()) {
            loadHere();
        } else if (request instanceof Request.Read && group.options().fallback() == Fallback.FAIL) {
            end(new Outcome.Failed(FailureKind.UNREACHABLE,
                    "owner " + owner + " can't be reached by any wire, and fallback=fail"));
        } else {
            awaitView(cluster.routing().epoch() + 1, "owner " + owner + " can't be reached by any wire");
        }
    }

    private boolean loadsHere() {
        return request instanceof Request.Read && group.hasLoader() && group.options().fallback() == Fallback.LOAD;
    }

    private void loadHere() {
        if (request instanceof Request.Read read) {
            group.counters().degraded.increment();
            cluster.serial().run(() -> guarded(() -> {
                engine.machine().readUnstored(group, key, read.ancestry(), this::endDegraded);
                armDeadline();
            }));
        }
    }

    private void endDegraded(Outcome outcome) {
        if (outcome instanceof Outcome.Answered answered) {
            Answer<Bytes> a = answered.answer();
            end(new Outcome.Answered(new Answer<>(a.value(), a.contentType(), a.version(), a.source(), a.owner(),
                    a.epoch(), a.stale(), true)));
        } else {
            end(outcome);
        }
    }

    private void awaitView(long epoch, String why) {
        long remaining = remaining();
        if (remaining <= PAUSE_NANOS) {
            end(new Outcome.Failed(FailureKind.UNREACHABLE, why + "; nothing happened, try again"));
            return;
        }
        cluster.awaitEpoch(epoch, Math.min(remaining - PAUSE_NANOS, VIEW_WAIT_NANOS), this::route);
    }

    private void pauseThenRoute(long nanos) {
        cluster.environment().scheduler().schedule(Math.max(0, Math.min(nanos, remaining())), this::route);
    }

    private Outcome late() {
        if (engine.isClosed()) {
            return new Outcome.Failed(FailureKind.CLOSED, "node " + cluster.config().name() + " is closed");
        }
        return new Outcome.Failed(FailureKind.DEADLINE, "the owner of " + group.name() + "/" + key
                + " did not answer before the deadline; raise timeout, or look at the origin");
    }

    /// A failure of this attempt is none of the call if an earlier one may have written: then it is in doubt.
    private Outcome certain(Outcome outcome) {
        boolean doubtful = perhapsHappened && !(request instanceof Request.Read)
                && outcome instanceof Outcome.Failed failed && failed.kind() != FailureKind.IN_DOUBT;
        return !doubtful ? outcome
                : new Outcome.Failed(FailureKind.IN_DOUBT, "it was sent and no answer came; read the key to find out ("
                        + ((Outcome.Failed) outcome).message() + ")");
    }

    private long remaining() {
        return deadlineNanos - cluster.environment().clock().nanoTime();
    }

    private void end(Outcome outcome) {
        if (ended.compareAndSet(false, true)) {
            Timer timer = deadlineTimer;
            if (timer != null) {
                timer.cancel();
            }
            caller.accept(certain(outcome));
        }
    }
}
