package dev.shortwire.wire.stream;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.FrameView;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A link over a pipe. The caller writes, and where it can the caller reads: between it and the peer there is no other
/// thread of ours that would have to be woken.
///
/// **Who reads.** One thread at a time holds the right to read (`reader`), hands out what arrives, to whomever it
/// belongs, and writes what that caused at the end of each burst. It is one of these:
///
/// 1. A caller that lends itself ([Link.Call#lend]) and finds the right free. It reads until its own call has an
///    outcome.
/// 2. A lending caller that was a *follower*: it found the right taken and slept. Who gives the right up wakes one
///    follower whose call is still open.
/// 3. The link's own thread ([ReaderThread]), when calls are in flight whose callers do not read and no follower takes
///    over. It stays for a moment longer than there are such calls, since another one is likely.
/// 4. The wire's [Watchdog], for an instant every 25 to 100 milliseconds, on a link that had no calls: so the end of the
///    stream is noticed, and late replies don't pile up.
///
/// **No wake-up is lost.** Whoever needs a reader first says so and then looks whether the right is free; whoever gives
/// the right up first frees it and then looks who needs one. Both are volatile accesses, which have one order, so at
/// least one of the two sees the other:
///
/// - Follower F against leader L. F puts itself on the list and then looks at the right: it is free, and F goes for it
///   instead of sleeping; or L frees it later, and then finds F on the list. If L finds F and F has just gone for the
///   right by itself, the wake-up is spent on F's next sleep, which is a loop.
/// - A follower that is woken and does not go for the right any more (its deadline passed, it was interrupted or told
///   meanwhile) passes the wake-up on before it leaves.
/// - A call without lending against L: it is counted in the table before the right is looked at. If the right is taken,
///   its holder sees the count when it gives it up. [ReaderThread] has a flag that is set before it is woken and cleared
///   before it looks for work.
/// - The link closes: the flag `state` is set before the pipe is closed, which ends the wait of whoever reads; it sees
///   the flag, and frees the buffers when it gives the right up. Nobody gets the right afterwards.
/// - A caller that announces to lend and then does not (it was interrupted): the watchdog notices calls in flight with
///   the right free twice in a row and wakes the link's thread. The same catches whatever is wrong with the above.
///
/// A thread that holds the right and is asked to lend itself once more, by an outcome that calls back into the link,
/// returns at once: it can't wait for itself.
///
/// **Deadlines** are kept by the watchdog, for all calls alike; a lending caller looks at its own as well.
final class StreamLink implements VouchedLink, StreamCall.Owner {
    private enum State { NEW, OPEN, CLOSED }

    /// How long after the last call without lending the link's thread stays at the pipe.
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long MAX_TIMEOUT_NANOS = TimeUnit.DAYS.toNanos(365);
    private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    /// How long a full pipe is waited for before it is read from again.
    private static final long FULL_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final StreamWire wire;
    private final Endpoint endpoint;
    private final Pipe pipe;
    private final Wire.LinkObserver observer;
    private final int maxFrameBytes;
    private final CallTable calls;
    private final Inbox inbox;
    private final Inbox.Sink sink = this::handOut;
    private final @Nullable SpinPolicy spin;
    private final boolean announces;
    private final Reading reading;
    private final Outbox outbox;
    private final Followers followers = new Followers();
    private final ReaderThread readerThread = new ReaderThread(this);
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    /// Who may read; null if nobody does.
    private final AtomicReference<@Nullable Thread> reader = new AtomicReference<>();
    private final Deadlines deadlines;
    private volatile @Nullable WireFailure closing;
    private volatile boolean announced;
    /// When the frames were read that are being handed out; for whoever reads.
    private long burstStart;
    private boolean isHandingOut;
    /// The last sender that the peer may send as; for whoever reads.
    private @Nullable Sender believed;
    /// Of the watchdog: how many calls there had been when it looked last.
    private long madeBefore = -1;

    StreamLink(StreamWire wire, Endpoint endpoint, Pipe pipe, Preface peer, Wire.LinkObserver observer) {
        this.wire = wire;
        this.endpoint = endpoint;
        this.pipe = pipe;
        this.observer = observer;
        this.maxFrameBytes = Math.min(wire.settings().maxFrameBytes(), peer.maxFrameBytes());
        this.deadlines = new Deadlines(wire.nanoTime());
        this.calls = new CallTable(wire.settings().maxCallsInFlight());
        this.inbox = new Inbox(wire.buffers(), wire.settings().maxFrameBytes());
        this.spin = wire.settings().spin() ? new SpinPolicy(false) : null;
        this.announces = spin != null && peer.readsAnnouncements();
        this.reading = new Reading(pipe, inbox, wire.cores(), spin);
        this.outbox = new Outbox(pipe, wire.buffers(), wire.maxPendingBytes(), new Outbox.Owner() {
            @Override
            public void stalled() {
                pipe.wake();
                ensureReader();
            }

            @Override
            public void broken(IOException fault) {
                lost(fault);
            }
        });
    }

    /// Tells the observer, unless the link was closed before.
    void open() {
        if (!state.compareAndSet(State.NEW, State.OPEN)) {
            observer.refused(new WireFailure(Cause.CLOSED, Happened.NO, "the " + endpoint.wire() + " wire is closed"));
            return;
        }
        observer.opened(this);
        announced = true;
        tellClosed();
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public boolean isOpen() {
        return state.get() == State.OPEN;
    }

    // ---- calls

    @Override
    public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
        return call((FrameView) request, timeoutNanos, outcome);
    }

    @Override
    public Call call(FrameView request, long timeoutNanos, CallOutcome outcome) {
        long now = reader.get() == Thread.currentThread() && isHandingOut ? burstStart : wire.nanoTime();
        boolean lends = outcome.lends() && !Thread.currentThread().isVirtual();
        StreamCall call = new StreamCall(this, outcome, now + Math.min(timeoutNanos, MAX_TIMEOUT_NANOS), lends);
        int length = FrameCodec.encodedLength(request);
        WireFailure refusal = refusal(length, timeoutNanos);
        if (refusal != null || !calls.add(call)) {
            tell(call, refusal != null ? refusal : busy());
            return call;
        }
        deadlines.add(call.deadlineNanos);
        switch (outbox.offer(request, length, flags(now), call.id, Math.max(1, timeoutNanos / 1_000))) {
            case TAKEN -> afterSend(call);
            case FULL -> end(call, busy());
            case CLOSED -> end(call, WireFailure.closedBefore(endpoint));
        }
        return call;
    }

    private @Nullable WireFailure refusal(int length, long timeoutNanos) {
        if (!isOpen()) {
            return WireFailure.closedBefore(endpoint);
        }
        if (length > maxFrameBytes) {
            return WireFailure.tooLarge(endpoint, length, maxFrameBytes);
        }
        return timeoutNanos > 0 ? null
                : WireFailure.noTimeLeft(endpoint);
    }

    private WireFailure busy() {
        return new WireFailure(Cause.BUSY, Happened.NO, "too many calls to " + endpoint
                + " are in flight, or it does not read; slow down, or raise wire.max-calls-in-flight");
    }

    /// What a request announces.
    private int flags(long now) {
        SpinPolicy policy = spin;
        return announces && policy != null && policy.isPlanned(now) ? OutBatch.AWAKE : 0;
    }

    private void afterSend(StreamCall call) {
        wire.watchdog().expect(call.deadlineNanos);
        if (!call.isLent) {
            ensureReader();
        }
        if (!isOpen()) {
            end(call, new WireFailure(Cause.CLOSED, Happened.PERHAPS, "the link to " + endpoint + " closed"));
        }
    }

    @Override
    public boolean send(Frame message) {
        int length = FrameCodec.encodedLength(message);
        return isOpen() && length <= maxFrameBytes && outbox.offer(message, length, 0, 0, 0) == Outbox.Offer.TAKEN;
    }

    @Override
    public void cancel(StreamCall call) {
        if (!call.isTold()) {
            end(call, new WireFailure(Cause.CANCELLED, Happened.PERHAPS, "the call to " + endpoint + " was cancelled"));
            Thread reading = reader.get();
            if (call.isLent && reading != null && reading != Thread.currentThread()) {
                // It may read for this very call, and on a silent link it would for long.
                pipe.wake();
            }
        }
    }

    private void end(StreamCall call, WireFailure failure) {
        if (calls.remove(call)) {
            tell(call, failure);
        }
    }

    private void tell(StreamCall call, WireFailure failure) {
        try {
            call.outcome.failed(failure);
        } catch (Throwable fault) {
            outcomeFailed(fault);
        }
        told(call);
    }

    private void outcomeFailed(Throwable fault) {
        wire.faults().warn("outcome", "what waited for a call to " + endpoint + " threw when it was told the outcome",
                fault);
    }

    private void told(StreamCall call) {
        call.setTold();
        Thread waiter = call.waiter;
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
    }

    // ---- who reads

    @Override
    public void lend(StreamCall call) {
        Thread me = Thread.currentThread();
        if (me.isVirtual() || reader.get() == me) {
            return;
        }
        boolean hasFollowed = false;
        while (!call.isTold() && !me.isInterrupted()) {
            long left = call.deadlineNanos - wire.nanoTime();
            if (left <= 0) {
                expire(call);
                break;
            }
            if (reader.compareAndSet(null, me)) {
                hasFollowed = false;
                lead(call, me);
            } else {
                hasFollowed = true;
                follow(call, me, left);
            }
        }
        if (hasFollowed && reader.get() == null) {
            passOn();
        }
    }

    /// Reads until the call has its outcome; the caller has the right.
    private void lead(StreamCall call, Thread me) {
        try {
            while (!call.isTold() && isOpen() && !me.isInterrupted()) {
                long left = call.deadlineNanos - wire.nanoTime();
                if (left <= 0) {
                    expire(call);
                } else {
                    step(Math.min(left, MAX_WAIT_NANOS));
                }
            }
        } finally {
            giveUp();
        }
    }

    private void follow(StreamCall call, Thread me, long leftNanos) {
        call.waiter = me;
        followers.add(call);
        if (!call.isTold() && reader.get() != null) {
            LockSupport.parkNanos(this, leftNanos);
        }
        followers.remove(call);
        call.waiter = null;
    }

    /// Gives the right to read back, to whoever needs it next.
    private void giveUp() {
        reader.set(null);
        if (isOpen()) {
            passOn();
        } else {
            releaseInbox();
        }
    }

    private void passOn() {
        if ((followers.isEmpty() || !followers.wakeOne()) && needsThread()) {
            readerThread.wake();
        }
    }

    /// Whether something is to be read or written that no lending caller waits for.
    boolean needsThread() {
        return isOpen() && (calls.hasUnlent() || outbox.isStalled());
    }

    private void ensureReader() {
        if (reader.get() == null) {
            readerThread.wake();
        }
    }

    /// What the link's own thread does when it is needed.
    ///
    /// @param forAll whether also for callers that were to lend themselves
    void readForOthers(boolean forAll) {
        if (!reader.compareAndSet(null, Thread.currentThread())) {
            return;
        }
        try {
            long since = System.nanoTime();
            while (isOpen()) {
                long now = System.nanoTime();
                boolean isNeeded = needsThread() || forAll && !calls.isEmpty();
                if (isNeeded) {
                    since = now;
                } else if (!followers.isEmpty() || now - since >= LINGER_NANOS) {
                    return;
                }
                step(isNeeded ? MAX_WAIT_NANOS : LINGER_NANOS);
            }
        } finally {
            giveUp();
        }
    }

    String label() {
        return endpoint.wire();
    }

    // ---- reading; whoever does has the right to

    private void step(long waitNanos) {
        try {
            if (outbox.isStalled() && !outbox.drain()) {
                pump();
                if (outbox.isStalled()) {
                    pipe.awaitWritable(FULL_WAIT_NANOS);
                }
            } else if (inbox.isDrained() || !pump()) {
                take(reading.await(waitNanos));
            }
        } catch (IOException e) {
            lost(e);
        }
    }

    /// Reads once and hands out what came.
    ///
    /// @return whether something came
    private boolean pump() throws IOException {
        int count = inbox.fill(pipe);
        take(count);
        return count != 0;
    }

    private void take(int count) {
        if (count < 0) {
            goDown(new WireFailure(Cause.CLOSED, Happened.PERHAPS, "the peer at " + endpoint + " closed the link"),
                    true);
        } else if (count > 0) {
            outbox.beginBurst();
            burstStart = wire.nanoTime();
            isHandingOut = true;
            try {
                inbox.take(sink);
            } catch (FrameException e) {
                corrupt(e);
            } finally {
                isHandingOut = false;
                outbox.endBurst();
            }
        }
    }

    private void handOut(FrameView frame, long correlationId, long remainingMicros) {
        StreamCall call = calls.remove(correlationId);
        if (call == null) {
            return;
        }
        if (frame.kind() == Faults.KIND) {
            tell(call, Faults.failure(frame, endpoint.toString()));
            return;
        }
        if (frame.sender() != believed && !isBelieved(frame.sender())) {
            disbelieve(frame.sender(), failure -> tell(call, failure));
            return;
        }
        try {
            call.outcome.passing(frame);
        } catch (Throwable fault) {
            outcomeFailed(fault);
        }
        told(call);
    }

    private boolean isBelieved(Sender sender) {
        if (!pipe.maySend(sender)) {
            return false;
        }
        believed = sender;
        return true;
    }

    @Override
    public boolean maySend(Sender sender) {
        return pipe.maySend(sender);
    }

    /// Who answers under a name that his certificate does not have is left, and nothing that he said is handed on.
    @Override
    public void disbelieve(Sender sender, Consumer<WireFailure> told) {
        WireFailure failure = new WireFailure(Cause.CORRUPT, Happened.PERHAPS,
                "the reply of " + endpoint + " is not believed: it was sent as \"" + sender.name()
                        + "\", and the certificate there says \"" + pipe.principal()
                        + "\"; give the node a certificate with its name as a subject alternative name");
        wire.faults().warn("sender", failure.message(), null);
        told.accept(failure);
        goDown(failure, false);
    }

    private void corrupt(FrameException fault) {
        wire.faults().info("corrupt reply", "what came from " + endpoint + " is no frame: " + fault.getMessage());
        goDown(new WireFailure(Cause.CORRUPT, Happened.PERHAPS,
                "what came from " + endpoint + " is no frame: " + fault.getMessage()), false);
    }

    // ---- time

    private void expire(StreamCall call) {
        end(call, new WireFailure(Cause.DEADLINE, Happened.PERHAPS, "no reply from " + endpoint
                + " before the deadline"));
    }

    /// By the watchdog: ends calls whose time is over.
    ///
    /// @return nanoseconds until the next one's may be
    long expireCalls(long now) {
        if (deadlines.isDue(now)) {
            deadlines.reset();
            calls.forEach(call -> {
                if (call.deadlineNanos - now <= 0) {
                    expire(call);
                } else {
                    deadlines.add(call.deadlineNanos);
                }
            });
        }
        return deadlines.left(now);
    }

    /// By the watchdog, every few milliseconds: notices the end of the stream where nobody reads, and wakes the link's
    /// thread where somebody should.
    ///
    /// @return whether there have been no calls since it looked last, and none are in flight
    boolean lookAfter() {
        long made = calls.made();
        boolean isQuiet = made == madeBefore;
        madeBefore = made;
        if (!isQuiet || !isOpen() || !reader.compareAndSet(null, Thread.currentThread())) {
            return isQuiet && calls.isEmpty();
        }
        try {
            pump();
        } catch (IOException e) {
            lost(e);
        } finally {
            giveUp();
        }
        if (isOpen() && !calls.isEmpty()) {
            readerThread.rescue();
            return false;
        }
        return true;
    }

    // ---- the end

    private void lost(IOException fault) {
        goDown(new WireFailure(Cause.CLOSED, Happened.PERHAPS,
                "the link to " + endpoint + " broke: " + fault.getMessage()), true);
    }

    @Override
    public void close() {
        goDown(new WireFailure(Cause.CLOSED, Happened.PERHAPS, "the link to " + endpoint + " was closed here"), false);
    }

    /// @param byPeer whether to find out if the peer's process is gone before the observer is told
    private void goDown(WireFailure failure, boolean byPeer) {
        State before = state.getAndSet(State.CLOSED);
        if (before == State.CLOSED) {
            return;
        }
        wire.forget(this);
        outbox.close();
        pipe.close();
        releaseInbox();
        readerThread.wakeIfStarted();
        calls.forEach(call -> end(call, failure));
        if (before == State.NEW) {
            return;
        }
        if (byPeer) {
            wire.obituary(endpoint, failure, this::closed);
        } else {
            closed(failure);
        }
    }

    /// Frees the buffer unless somebody reads, who will do so.
    private void releaseInbox() {
        if (reader.compareAndSet(null, Thread.currentThread())) {
            inbox.release();
        }
    }

    private void closed(WireFailure failure) {
        closing = failure;
        tellClosed();
    }

    /// Tells the observer once that the link is down: after it was told that it is up.
    private void tellClosed() {
        WireFailure failure;
        synchronized (this) {
            failure = closing;
            if (failure == null || !announced) {
                return;
            }
            closing = null;
        }
        observer.closed(this, failure);
    }
}
