package dev.shortwire.cache;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Fallback;
import dev.shortwire.Source;
import dev.shortwire.cluster.Line;
import dev.shortwire.cluster.Lines;
import dev.shortwire.cluster.Routing;
import dev.shortwire.cluster.TrackedCall;
import dev.shortwire.spi.Scheduler.Timer;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameView;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.WireFailure;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One call of this node's own caller on its way to the owner of its key: a small state machine of its own, which ends
/// with exactly one outcome, at the latest at its deadline.
///
/// 1. Ours: an event of the machine. Another's: a frame over the link.
/// 2. `MOVED`: the views differ. The one who is behind asks the registry, never the peer's word, and the call is routed
///    anew, twice at most (`hopsLeft`); nobody waits for another node's view. Out of hops, or where the owner is behind,
///    a read with a loader loads here and stores nothing; everything else ends as views-differ when out of hops.
/// 3. No link to the owner: a read does what the group's fallback says; one that may load here does not wait for long
///    if there was a link. A write, which certainly did not happen, waits for the next view until its deadline. An owner
///    that is *silent*, whose links are open and answer nothing, counts as not reached for reads that may load here.
/// 4. Sent, and the link broke: a read or a removal is repeated at once over the next line, a put ends in doubt.
/// 5. Sent, and silence: a read or a removal is asked again over another line as soon as its own has been silent for
///    longer than answers take there; after a quarter of its time in any case, since one frame may be lost where others
///    arrive. A removal is recognised by its request id, a read joins the flight that the first one started. A put is not
///    asked again: between its two arrivals the owner may have taken more writes than it remembers.
///
/// **Races.** Several attempts can be under way, and their outcomes, the watch and the caller's giving up come on
/// different threads. Only the *lead*, the latest attempt, takes the call further: whoever brings its next step first
/// takes the lead away from it by compare-and-set, and until he sends another attempt the steps are his alone. So the
/// steps follow each other, and the fields that they use need no lock. An attempt that has lost the lead can only end
/// the call, by an answer that needs nothing more. Who ends it first is decided by another compare-and-set.
///
/// **Objects.** A read of a peer's key makes one Ask, one attempt and what the link needs for a call, 200 bytes together
/// with whoever waits, and nothing for frames: a plain read is itself the frame that it sends ([GetView]), and the answer
/// is looked at as it passes. A link is done with a request before that can have an answer, so the fields that a further
/// attempt would change stay as they are meanwhile.
final class Ask extends GetView implements Pending {
    private static final long VIEW_WAIT_NANOS = Duration.ofMillis(250).toNanos();
    private static final long LINK_WAIT_NANOS = Duration.ofMillis(500).toNanos();
    /// A lost link is most likely a process that died, and not every wire says so as quickly as the first.
    private static final long LOST_LINK_WAIT_NANOS = Duration.ofMillis(50).toNanos();
    private static final long RETRY_NANOS = Duration.ofMillis(2).toNanos();
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(100).toNanos();
    private static final int MOST_ATTEMPTS = 5;
    /// Counts end here: there is no difference between many and more.
    private static final int MANY = 10;
    private static final int SMALL_BYTES = 4096;
    private static final VarHandle LEAD;
    private static final VarHandle ENDED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LEAD = lookup.findVarHandle(Ask.class, "lead", Attempt.class);
            ENDED = lookup.findVarHandle(Ask.class, "ended", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Request request;
    private final long deadlineNanos;
    private final Consumer<Outcome> caller;
    private volatile boolean ended;
    /// The attempt that may take the call further; null while a step is being taken.
    private volatile @Nullable Attempt lead;
    /// The latest attempt that was sent, lead or not.
    private volatile @Nullable Attempt latest;
    // The types are small since every read of a peer's key makes an Ask.
    private byte failures;
    private byte attempts;
    /// The attempt that the waiting thread was lent to last; of that thread.
    private @Nullable Attempt lentTo;
    private boolean perhapsHappened;
    private boolean standsIn;
    private volatile @Nullable Timer deadlineTimer;

    Ask(CacheEngine engine, CacheGroup group, String key, Request request, long deadlineNanos,
            Consumer<Outcome> caller) {
        super(engine, group, key);
        this.request = request;
        this.deadlineNanos = deadlineNanos;
        this.caller = caller;
    }

    void start() {
        route();
    }

    /// The caller no longer waits: nobody is told, and calls in flight are taken back.
    @Override
    public void cancel() {
        if (ENDED.compareAndSet(this, false, true)) {
            letGo();
        }
    }

    @Override
    public boolean lend() {
        Attempt attempt = latest;
        Link.Call call = attempt == null ? null : attempt.call;
        if (ended || attempt == null || call == null || attempt == lentTo) {
            return false;
        }
        lentTo = attempt;
        call.lend();
        return true;
    }

    /// Of the view under which the latest attempt was sent.
    @Override
    public long epoch() {
        Attempt attempt = latest;
        return attempt == null ? cluster().routing().epoch() : attempt.epoch;
    }

    private long hash() {
        return group.hash(key);
    }

    private void letGo() {
        for (Attempt attempt = latest; attempt != null; attempt = attempt.prior) {
            attempt.letGo();
        }
        Timer timer = deadlineTimer;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void route() {
        try {
            routeNow();
        } catch (RuntimeException | Error e) {
            broke(e);
        }
    }

    /// A step that throws would leave its caller waiting: whatever the reason, the call ends.
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            broke(e);
        }
    }

    private void broke(Throwable fault) {
        cluster().environment().faults().accept(fault);
        perhapsHappened = true;
        end(new Outcome.Failed(FailureKind.INTERNAL, "a call of " + group.name() + "/" + key + " broke: " + fault,
                fault));
    }

    private void routeNow() {
        if (ended) {
            return;
        }
        if (engine.isClosed() || remaining() <= 0) {
            end(late());
            return;
        }
        Routing routing = cluster().routing();
        long hash = hash();
        String owner = routing.owner(hash);
        if (routing.owns(hash)) {
            cluster().serial().run(this::asOwner);
        } else if (owner.isEmpty() || owner.equals(cluster().config().name())) {
            awaitView(routing.epoch() + 1, "this node is in no view yet");
        } else {
            Lines lines = routing.linesToOwner(hash);
            if (lines != null && lines.silent() && loadsHere()) {
                loadHere();
                return;
            }
            Line line = lines == null ? null : lines.other(null);
            if (line != null) {
                send(line, owner, routing.epoch());
            } else if (lines != null) {
                pauseThenRoute(RETRY_NANOS);
            } else {
                long patience = Math.min(remaining(), LINK_WAIT_NANOS);
                cluster().awaitLink(owner, patience, loadsHere() ? Math.min(patience, LOST_LINK_WAIT_NANOS) : patience,
                        () -> guarded(() -> linkAwaited(owner)));
            }
        }
    }

    private void asOwner() {
        guarded(() -> {
            boolean[] moved = new boolean[1];
            engine.asOwner(group, key, request, cluster().incarnation(), outcome -> {
                if (outcome instanceof Outcome.Moved elsewhere) {
                    moved[0] = true;
                    moved(elsewhere.epoch(), false);
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
        if (!ended) {
            deadlineTimer = cluster().environment().scheduler().schedule(Math.max(0, remaining()), () -> end(late()));
        }
    }

    private void linkAwaited(String owner) {
        if (ended) {
            return;
        }
        Routing routing = cluster().routing();
        Lines lines = routing.lines(owner);
        if (!routing.owner(hash()).equals(owner)) {
            route();
        } else if (lines != null) {
            send(lines.line(), owner, routing.epoch());
        } else {
            unreachable(owner);
        }
    }

    /// The next attempt, which is the lead.
    private void send(Line line, String owner, long epoch) {
        long now = cluster().environment().clock().nanoTime();
        long remaining = deadlineNanos - now;
        if (remaining <= 0) {
            end(late());
            return;
        }
        if (request instanceof Request.Read) {
            engine.listener().picked(group.name(), key, owner);
        }
        Attempt attempt = new Attempt(this, stillOpen(latest), line, epoch, now);
        attempts = more(attempts);
        latest = attempt;
        lead = attempt;
        Link.Call sent = isPlainRead() ? line.link().call(this, remaining, attempt)
                : line.link().call(fullFrame(), remaining, attempt);
        if (attempt.isOver()) {
            return;
        }
        attempt.call = sent;
        if (ended || attempt.isOver()) {
            // Given up while the call went out: whoever did so could not take it back.
            sent.cancel();
        } else {
            cluster().track(attempt);
        }
    }

    private static byte more(byte count) {
        return (byte) Math.min(count + 1, MANY);
    }

    private static @Nullable Attempt stillOpen(@Nullable Attempt latest) {
        Attempt attempt = latest;
        while (attempt != null && attempt.isOver()) {
            attempt = attempt.prior;
        }
        return attempt;
    }

    /// Asks again over another line, where there is one, what a line that is silent may never answer.
    private void carryOver(Attempt from, Line other) {
        if (attempts >= MOST_ATTEMPTS || !LEAD.compareAndSet(this, from, null)) {
            return;
        }
        perhapsHappened = true;
        guarded(() -> {
            Routing routing = cluster().routing();
            if (routing.owner(hash()).equals(from.owner())) {
                send(other, from.owner(), routing.epoch());
            } else {
                route();
            }
        });
    }

    /// A look at an attempt that has waited for long.
    ///
    /// @param unheard whether its line is silent
    private void look(Attempt attempt, boolean unheard, long nowNanos) {
        if (ended || lead != attempt || !request.isIdempotent()) {
            return;
        }
        Lines lines = cluster().routing().lines(attempt.owner());
        if (lines == null) {
            return;
        }
        long waited = nowNanos - attempt.startedNanos;
        boolean isLong = waited >= (deadlineNanos - attempt.startedNanos) / 4;
        Line other = unheard || isLong ? lines.other(attempt.line) : null;
        if (other != null) {
            carryOver(attempt, other);
        } else if (lines.silent() && loadsHere() && !standsIn && LEAD.compareAndSet(this, attempt, null)) {
            standsIn = true;
            guarded(this::loadHere);
        }
    }

    private boolean isPlainRead() {
        return request instanceof Request.Read read && read.ancestry().isEmpty();
    }

    private Frame fullFrame() {
        int level = group.options().level().code();
        Frame.Builder frame = switch (request) {
            case Request.Read read ->
                cluster().frame(CacheKinds.GET).tag(CacheKinds.TAG_ANCESTRY, read.ancestry().encode());
            case Request.Put put -> cluster().frame(CacheKinds.PUT).requestId(put.id()).payload(put.value())
                    .tag(CacheKinds.TAG_CONTENT_TYPE, CacheFrames.encode(put.contentType()))
                    .tag(CacheKinds.TAG_TIME_TO_LIVE, CacheFrames.encode(put.timeToLive()));
            case Request.Remove remove -> cluster().frame(CacheKinds.REMOVE).requestId(remove.id());
        };
        return frame.level(level).hopsLeft(hopsLeft).group(group.name()).key(key).build();
    }

    private void replied(Attempt attempt, FrameView reply) {
        if (CacheFrames.isAnswer(reply)) {
            answered(attempt, reply);
            return;
        }
        Outcome outcome = CacheFrames.outcome(reply, attempt.owner());
        hear(attempt, false);
        boolean leads = LEAD.compareAndSet(this, attempt, null);
        if (outcome instanceof Outcome.Moved moved) {
            if (leads) {
                moved(moved.epoch(), moved.epoch() < attempt.epoch);
            }
            return;
        }
        if (outcome instanceof Outcome.Failed failed && failed.kind() == FailureKind.UNKNOWN_GROUP) {
            if (leads) {
                groupNotOpen(outcome);
            }
            return;
        }
        if (request instanceof Request.Read) {
            (outcome instanceof Outcome.Failed ? group.counters().peerErrors : group.counters().peerLoads).increment();
        }
        end(outcome);
    }

    /// The end of nearly all reads. Only who wants to know more than the value has the rest read.
    private void answered(Attempt attempt, FrameView answer) {
        hear(attempt, CacheFrames.isHit(answer) && answer.payload().length() <= SMALL_BYTES);
        LEAD.compareAndSet(this, attempt, null);
        boolean isRead = request instanceof Request.Read;
        if (isRead) {
            group.counters().peerLoads.increment();
        }
        if (!ENDED.compareAndSet(this, false, true)) {
            return;
        }
        letGo();
        if (isRead && caller instanceof Lender lender && lender.takes(CacheFrames.value(answer))) {
            return;
        }
        Answer<Bytes> whole = CacheFrames.answer(answer, attempt.owner(), attempt.epoch, group.peersContentType());
        if (whole.isPresent()) {
            group.peersContentType(whole.contentType());
        }
        caller.accept(new Outcome.Answered(whole));
    }

    private void hear(Attempt attempt, boolean small) {
        if (!small) {
            attempt.line.heard();
        } else if (attempt.line.answeredSmall()) {
            attempt.line.took(cluster().environment().clock().nanoTime() - attempt.startedNanos);
        }
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

    /// @param behind whether the view that was asked under had not come to the owner in the time that it waits for it
    private void moved(long theirEpoch, boolean behind) {
        hopsLeft--;
        if (hopsLeft < 0 || behind && loadsHere()) {
            outOfHops();
        } else if (theirEpoch > cluster().routing().epoch()) {
            cluster().awaitEpoch(theirEpoch, Math.min(remaining(), VIEW_WAIT_NANOS), this::route);
        } else {
            // An owner that can load has waited for less than a read that may not load here can.
            pauseThenRoute(behind && request instanceof Request.Read ? LONGEST_PAUSE_NANOS : PAUSE_NANOS);
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

    private void unanswered(Attempt attempt, WireFailure failure) {
        if (ended || !LEAD.compareAndSet(this, attempt, null)) {
            return;
        }
        guarded(() -> unansweredLead(attempt, failure));
    }

    private void unansweredLead(Attempt attempt, WireFailure failure) {
        if (request instanceof Request.Read) {
            group.counters().peerErrors.increment();
        }
        boolean perhaps = failure.happened() == WireFailure.Happened.PERHAPS;
        perhapsHappened |= perhaps;
        if (failure.cause() != WireFailure.Cause.DEADLINE && gaveLeadBack(attempt)) {
            return;
        }
        switch (failure.cause()) {
            case DEADLINE -> end(late());
            case BUSY, TOO_LARGE -> end(new Outcome.Failed(failure.kind(), failure.message()));
            case CANCELLED, CLOSED, REFUSED, CORRUPT -> {
                if (perhaps && !request.isIdempotent()) {
                    end(new Outcome.Failed(FailureKind.IN_DOUBT,
                            "the link to " + attempt.owner() + " broke after the call was sent ("
                                    + failure.message() + "); read the key to find out"));
                } else {
                    again(attempt);
                }
            }
        }
    }

    /// An attempt that failed while an earlier one is still under way leaves the call to that one. Should that one have
    /// ended in between, it has not found itself to be the lead, and this one goes on.
    private boolean gaveLeadBack(Attempt failed) {
        Attempt earlier = stillOpen(failed.prior);
        if (earlier == null) {
            return false;
        }
        lead = earlier;
        return !earlier.isOver() || !LEAD.compareAndSet(this, earlier, null);
    }

    /// At once over another line. Where there is none, the machine may not have heard yet that the link is down; and a
    /// link that stays up and breaks each call must not be called without end at that pace.
    private void again(Attempt failed) {
        Routing routing = cluster().routing();
        Lines lines = routing.lines(failed.owner());
        Line other = lines == null ? null : lines.other(failed.line);
        boolean few = failures < MOST_ATTEMPTS;
        failures = more(failures);
        if (few && other != null && routing.owner(hash()).equals(failed.owner())) {
            send(other, failed.owner(), routing.epoch());
        } else {
            pauseThenRoute(Math.min(RETRY_NANOS << failures - 1, LONGEST_PAUSE_NANOS));
        }
    }

    private void unreachable(String owner) {
        if (loadsHere()) {
            loadHere();
        } else if (request instanceof Request.Read && group.options().fallback() == Fallback.FAIL) {
            end(new Outcome.Failed(FailureKind.UNREACHABLE,
                    "owner " + owner + " can't be reached by any wire, and fallback=fail"));
        } else {
            awaitView(cluster().routing().epoch() + 1, "owner " + owner + " can't be reached by any wire");
        }
    }

    private boolean loadsHere() {
        return request instanceof Request.Read && group.hasLoader() && group.options().fallback() == Fallback.LOAD;
    }

    private void loadHere() {
        if (request instanceof Request.Read read) {
            group.counters().degraded.increment();
            cluster().serial().run(() -> guarded(() -> {
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
        cluster().awaitEpoch(epoch, Math.min(remaining - PAUSE_NANOS, VIEW_WAIT_NANOS), this::route);
    }

    private void pauseThenRoute(long nanos) {
        cluster().environment().scheduler().schedule(Math.max(0, Math.min(nanos, remaining())), this::route);
    }

    private Outcome late() {
        if (engine.isClosed()) {
            return new Outcome.Failed(FailureKind.CLOSED, "node " + cluster().config().name() + " is closed");
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
        return deadlineNanos - cluster().environment().clock().nanoTime();
    }

    private void end(Outcome outcome) {
        if (ENDED.compareAndSet(this, false, true)) {
            letGo();
            caller.accept(certain(outcome));
        }
    }

    /// One frame on its way, and what becomes of it. Once it is over it holds nothing, since the watch lets go of it only
    /// later.
    private static final class Attempt extends TrackedCall {
        private final @Nullable Attempt prior;
        private final Line line;
        private final long epoch;
        private final long startedNanos;
        private volatile @Nullable Ask ask;
        private volatile Link.@Nullable Call call;

        Attempt(Ask ask, @Nullable Attempt prior, Line line, long epoch, long startedNanos) {
            this.ask = ask;
            this.prior = prior;
            this.line = line;
            this.epoch = epoch;
            this.startedNanos = startedNanos;
        }

        String owner() {
            return line.peer();
        }

        /// Takes a call in flight back.
        void letGo() {
            boolean open = ask != null;
            ask = null;
            Link.Call inFlight = call;
            if (open && inFlight != null) {
                inFlight.cancel();
            }
            call = null;
        }

        @Override
        public void reply(Frame reply) {
            passing(reply);
        }

        @Override
        public void passing(FrameView reply) {
            Ask waiting = ask;
            ask = null;
            if (waiting != null) {
                try {
                    waiting.replied(this, reply);
                } catch (RuntimeException | Error e) {
                    waiting.broke(e);
                }
            }
        }

        @Override
        public void failed(WireFailure failure) {
            Ask waiting = ask;
            ask = null;
            if (waiting != null) {
                waiting.unanswered(this, failure);
            }
        }

        @Override
        public boolean mayRepeat() {
            Ask waiting = ask;
            return waiting != null && waiting.request instanceof Request.Read;
        }

        @Override
        public boolean lends() {
            Ask waiting = ask;
            return waiting != null && waiting.caller instanceof Lender lender && lender.lends();
        }

        @Override
        public Line line() {
            return line;
        }

        @Override
        public long startedNanos() {
            return startedNanos;
        }

        @Override
        public boolean isOver() {
            return ask == null;
        }

        @Override
        public void unheard(long nowNanos) {
            Ask waiting = ask;
            if (waiting != null) {
                waiting.look(this, true, nowNanos);
            }
        }

        @Override
        public void waiting(long nowNanos) {
            Ask waiting = ask;
            if (waiting != null) {
                waiting.look(this, false, nowNanos);
            }
        }
    }
}
