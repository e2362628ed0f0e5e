package dev.shortwire.wire.udp;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.stream.VouchedLink;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A link over a stream, some of whose calls go as datagrams: those that may be repeated, fit into one, and find room in the
/// window of [Pace], while there is a session whose path works. Everything else takes the stream.
///
/// **A call as a datagram.** Its caller packs and sends it, and receives the reply itself where it lends its thread
/// ([ReadingTurn]), so that one call at a time costs two system calls on each side and no hand-over. The timekeeper asks again
/// for what got no answer, each time after twice the time, [#MAX_TRIES] times in all and as long as half of the call's time
/// is left after that; then the call goes on over the stream, under its id, so that the server knows whether it runs
/// already. So does one whose reply is too long, as the server says.
/// A server that is still at work says so when it is asked again; it is then asked ever more rarely.
///
/// **Sessions.** The first such call has a session asked for over the stream. A ping of full length then tries the path both
/// ways; until it is answered, and after a few calls in a row that were answered by nothing, the stream carries all.
/// In time other keys are asked for; calls under the old ones end there.
///
/// Lock order: none is held while anything is called.
final class UdpLink implements Link, ReadingTurn.Source {
    /// From how many requests under way on what follows a datagram is gathered, and over how many datagrams.
    private static final int GATHERED_FROM = 8;
    private static final int MAX_GATHERED = 64;
    private static final int MAX_TRIES = 5;
    private static final int MAX_SILENT = 3;
    private static final int MAX_SESSIONS = 3;
    private static final long SEEK_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long MIN_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long FIRST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final long MAX_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_TIMEOUT_NANOS = TimeUnit.DAYS.toNanos(365);
    /// Room for the sender's name in the frame around a request that goes on over the stream.
    private static final int NAME_BYTES = 256;

    private final UdpWire wire;
    private final VouchedLink stream;
    private final @Nullable InetAddress host;
    private final int maxRequestBytes;
    private final int maxCalls;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger unlent = new AtomicInteger();
    private final Pace pace = new Pace();
    private final ReadingTurn turn = new ReadingTurn(this);
    /// Oldest first; three at most.
    private final List<ClientSession> sessions = new CopyOnWriteArrayList<>();
    private final AtomicBoolean seeking = new AtomicBoolean();
    private final Object portLock = new Object();
    private final byte[] datagram;
    private final byte[] opened;
    /// What new calls take.
    private final AtomicReference<@Nullable ClientSession> current = new AtomicReference<>();
    /// Whose path is being tried. It works, or is given up: who empties this has decided.
    private final AtomicReference<@Nullable ClientSession> candidate = new AtomicReference<>();
    private volatile @Nullable DatagramPort port;
    private volatile boolean isPortLost;
    private volatile boolean down;
    private volatile long seekAfter;
    private volatile long pause = MIN_PAUSE_NANOS;
    /// Of the timekeeper: how many calls the session had seen when it asked last.
    private long madeBefore;
    /// When the datagram that is being handed out was received; for whoever reads.
    private long arrivedNanos;
    private boolean isHandingOut;
    /// The last sender that the peer may send as; for whoever reads.
    private @Nullable Sender believed;
    /// Whose burst goes on until a mark comes back; changed by whoever reads.
    private volatile @Nullable ClientSession gathers;
    private int gathered;

    /// @param stream open
    /// @param host   where datagrams go; null: none do
    UdpLink(UdpWire wire, VouchedLink stream, @Nullable InetAddress host) {
        this.wire = wire;
        this.stream = stream;
        this.host = host;
        this.maxRequestBytes = wire.settings().maxFrameBytes() - Greeting.CONTINUE_BYTES - NAME_BYTES;
        this.maxCalls = wire.settings().maxCallsInFlight();
        this.seekAfter = wire.nanoTime();
        int longest = longestDatagramBytes();
        this.datagram = new byte[longest + 1];
        this.opened = new byte[longest];
    }

    private int longestDatagramBytes() {
        return host != null && host.isLoopbackAddress() ? Packet.LOOPBACK_BYTES : Packet.NETWORK_BYTES;
    }

    @Override
    public Endpoint endpoint() {
        return stream.endpoint();
    }

    @Override
    public boolean isOpen() {
        return !down && stream.isOpen();
    }

    // ---- calls

    @Override
    public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
        ClientSession session = current.get();
        boolean mayRepeat = outcome.mayRepeat();
        if (session != null && mayRepeat && timeoutNanos > 0 && stream.isOpen()) {
            int length = FrameCodec.encodedLength(request);
            if (length <= maxRequestBytes && session.takes(request.sender(), length) && pace.takeOff()) {
                return byDatagram(session, request, length, timeoutNanos, outcome);
            }
        }
        Call call = byStream(request, timeoutNanos, outcome);
        if (mayRepeat && (session == null || !session.isOf(request.sender()))) {
            seekSession(request.sender());
        }
        return call;
    }

    private Call byDatagram(ClientSession session, Frame request, int length, long timeoutNanos, CallOutcome outcome) {
        long now = isHandingOut && turn.isMine() ? arrivedNanos : wire.nanoTime();
        boolean lends = outcome.lends() && !Thread.currentThread().isVirtual();
        UdpCall call = new UdpCall(session, outcome, request, length, now, Math.min(timeoutNanos, MAX_TIMEOUT_NANOS),
                lends);
        call.askAgainAt(now + pace.timeoutNanos(1));
        if (inFlight.incrementAndGet() > maxCalls) {
            inFlight.decrementAndGet();
            pace.land();
            tell(call, WireFailure.tooManyCalls(endpoint(), maxCalls));
            return call;
        }
        if (!lends) {
            unlent.incrementAndGet();
        }
        if (!session.calls().add(call)) {
            giveBack(call);
            return byStream(request, timeoutNanos, outcome);
        }
        if (session.isRetired() && finish(call)) {
            return byStream(request, timeoutNanos, outcome);
        }
        session.ask(call, now);
        wire.timekeeper().expect(call.streamNanos);
        if (!lends) {
            turn.need();
        }
        if (!isOpen()) {
            end(call, closed());
        }
        return call;
    }

    private Call byStream(Frame request, long timeoutNanos, CallOutcome outcome) {
        if (inFlight.incrementAndGet() > maxCalls) {
            inFlight.decrementAndGet();
            outcome.failed(WireFailure.tooManyCalls(endpoint(), maxCalls));
            return () -> {};
        }
        return stream.call(request, timeoutNanos, new CallOutcome() {
            @Override
            public void reply(Frame reply) {
                inFlight.decrementAndGet();
                outcome.reply(reply);
            }

            @Override
            public void failed(WireFailure failure) {
                inFlight.decrementAndGet();
                outcome.failed(failure);
            }

            @Override
            public boolean lends() {
                return outcome.lends();
            }
        });
    }

    @Override
    public boolean send(Frame message) {
        return stream.send(message);
    }

    void cancel(UdpCall call) {
        if (!call.isTold()) {
            end(call, new WireFailure(Cause.CANCELLED, Happened.PERHAPS, "the call to " + endpoint()
                    + " was cancelled"));
        }
    }

    void lend(UdpCall call) {
        turn.lend(call);
    }

    private WireFailure closed() {
        return new WireFailure(Cause.CLOSED, Happened.PERHAPS, "the link to " + endpoint() + " closed");
    }

    private void end(UdpCall call, WireFailure failure) {
        if (finish(call)) {
            tell(call, failure);
        }
    }

    /// Takes a call out and gives back what it held.
    ///
    /// @return false if somebody else has
    private boolean finish(UdpCall call) {
        if (!call.session.calls().remove(call)) {
            return false;
        }
        giveBack(call);
        return true;
    }

    private void giveBack(UdpCall call) {
        land(call);
        inFlight.decrementAndGet();
        if (call.endLending()) {
            unlent.decrementAndGet();
        }
    }

    private void land(UdpCall call) {
        if (call.land()) {
            pace.land();
        }
    }

    private void tell(UdpCall call, WireFailure failure) {
        try {
            call.outcome.failed(failure);
        } catch (Throwable fault) {
            outcomeFailed(fault);
        }
        told(call);
    }

    private void outcomeFailed(Throwable fault) {
        wire.faults().warn("outcome", "what waited for a call to " + endpoint() + " threw when it was told the outcome",
                fault);
    }

    private void told(UdpCall call) {
        call.setTold();
        Call going = call.onStream;
        if (going != null) {
            going.cancel();
        }
        turn.told(call);
    }

    private void tell(UdpCall call, Frame reply) {
        if (reply.kind() == Greeting.FAULT) {
            tell(call, Greeting.failure(reply, endpoint()));
            return;
        }
        try {
            call.outcome.reply(reply);
        } catch (Throwable fault) {
            outcomeFailed(fault);
        }
        told(call);
    }

    // ---- what datagrams bring; for whoever reads

    /// @param atOnce whether the handler gave the reply at once, so that the time it took is the network's
    void replied(UdpCall call, Frame reply, boolean atOnce) {
        if (!finish(call)) {
            return;
        }
        if (reply.kind() != Greeting.FAULT && reply.sender() != believed && !isBelieved(reply.sender())) {
            stream.disbelieve(reply.sender(), failure -> tell(call, failure));
            return;
        }
        if (!call.wasRepeated) {
            pace.delivered();
            if (atOnce) {
                pace.measured(arrivedNanos - call.sentNanos);
            }
        } else if (!call.isMoved() && call.patienceNanos == 0) {
            pace.lost(arrivedNanos);
        }
        tell(call, reply);
    }

    /// What the stream's peer has proved holds for its datagrams too.
    private boolean isBelieved(Sender sender) {
        if (!stream.maySend(sender)) {
            return false;
        }
        believed = sender;
        return true;
    }

    /// The server has the request and works at it.
    void isPending(UdpCall call) {
        land(call);
        call.patienceNanos = Math.clamp(2 * call.patienceNanos, FIRST_PATIENCE_NANOS, MAX_PATIENCE_NANOS);
        call.tries = 1;
        call.askAgainAt(arrivedNanos + call.patienceNanos);
    }

    void pathWorks(ClientSession session) {
        if (candidate.get() != session) {
            return;
        }
        current.set(session); // first, since one that has no part is soon forgotten
        if (candidate.compareAndSet(session, null)) {
            pause = MIN_PAUSE_NANOS;
        } else {
            current.compareAndSet(session, null); // the timekeeper was quicker, and perhaps has retired it
        }
    }

    /// Has a call go on over the stream.
    void move(UdpCall call) {
        long left = call.deadlineNanos - wire.nanoTime();
        if (left <= 0 || !call.move()) {
            return;
        }
        land(call);
        Frame frame = new Greeting.Continued(call.session.id(), call.id, call.request).frame();
        Call going = stream.call(frame, left, new CallOutcome() {
            @Override
            public void reply(Frame reply) {
                if (finish(call)) {
                    tell(call, reply);
                }
            }

            @Override
            public void failed(WireFailure failure) {
                end(call, new WireFailure(failure.cause(), Happened.PERHAPS, failure.message()));
            }
        });
        call.onStream = going;
        if (call.isTold()) {
            going.cancel();
        }
    }

    // ---- reading

    @Override
    public boolean needsThread() {
        return unlent.get() > 0 || candidate.get() != null;
    }

    @Override
    public boolean isReadable() {
        return isOpen() && !isPortLost;
    }

    @Override
    public void step() {
        DatagramPort from = port;
        if (from == null) {
            return;
        }
        try {
            int length = from.receive(datagram);
            if (length > 0) {
                take(length, from);
            }
            if (gathers != null && (length == 0 || ++gathered >= MAX_GATHERED)) {
                leave();
            }
        } catch (IOException e) {
            if (isOpen()) {
                wire.faults().warn("receive", "stopped receiving datagrams of " + endpoint()
                        + "; calls go over the stream", e);
                isPortLost = true;
                current.set(null);
                candidate.set(null);
            }
        }
    }

    /// Takes a datagram apart. What the replies in it cause to be asked goes out at once, unless many more replies are under
    /// way: then most of them are here already, one in each datagram, and would cause as many datagrams with one request
    /// each, for ever. So a mark is put behind what has arrived, an empty datagram from this socket to itself, and what is
    /// asked before the mark comes back goes out together.
    private void take(int length, DatagramPort from) {
        if (length < Packet.OVERHEAD_BYTES || length == datagram.length) {
            wire.drops().count(DropCounts.Reason.LENGTH);
            return;
        }
        long id = Opener.sessionId(datagram);
        for (ClientSession session : sessions) {
            if (session.id() == id) {
                arrivedNanos = wire.nanoTime();
                isHandingOut = true;
                try {
                    session.take(datagram, length, opened);
                } finally {
                    isHandingOut = false;
                    ClientSession gathering = gathers;
                    if (gathering == null && pace.aloft() >= GATHERED_FROM && session.packer().isWaiting()) {
                        gathers = session;
                        gathered = 0;
                        from.wake();
                    } else if (gathering != session) {
                        session.packer().endBurst();
                    }
                }
                return;
            }
        }
        wire.drops().count(DropCounts.Reason.UNKNOWN_SESSION);
    }

    @Override
    public void leave() {
        ClientSession gathering = gathers;
        if (gathering != null) {
            gathers = null;
            gathering.packer().endBurst();
        }
    }

    @Override
    public void wake() {
        DatagramPort waiting = port;
        if (waiting != null) {
            waiting.wake();
        }
    }

    // ---- sessions

    /// Asks for a session, unless one is being asked for or it is too early.
    private void seekSession(Sender sender) {
        long now = wire.nanoTime();
        InetAddress to = host;
        if (to == null || isPortLost || candidate.get() != null || now - seekAfter < 0
                || !seeking.compareAndSet(false, true)) {
            return;
        }
        DatagramPort own = openPort(to);
        if (own == null) {
            notFound();
            return;
        }
        Greeting.Open open = new Greeting.Open(own.number(), longestDatagramBytes(), wire.settings().maxFrameBytes());
        stream.call(open.frame(sender), SEEK_NANOS, new CallOutcome() {
            @Override
            public void reply(Frame reply) {
                issued(reply, sender, own, to);
            }

            @Override
            public void failed(WireFailure failure) {
                notFound();
            }
        });
    }

    private @Nullable DatagramPort openPort(InetAddress to) {
        synchronized (portLock) {
            DatagramPort own = port;
            if (own == null && !down) {
                try {
                    InetAddress any = to.isLoopbackAddress() ? to : UdpWire.anyAddress(to);
                    own = openWakeable(any);
                    port = own;
                } catch (IOException e) {
                    wire.faults().warn("port", "no datagrams are sent to " + endpoint(), e);
                }
            }
            return down ? null : own;
        }
    }

    /// A thread that blocks in a port must be woken when its call ends. Where that does not work, because the host drops
    /// what it sends to itself, nobody may block there.
    private DatagramPort openWakeable(InetAddress address) throws IOException {
        DatagramPort opened = wire.openPort(address, 0);
        try {
            opened.proveWake();
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private void notFound() {
        seekAfter = wire.nanoTime() + pause;
        pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
        seeking.set(false);
    }

    private void issued(Frame reply, Sender sender, DatagramPort own, InetAddress to) {
        Greeting.Session issued;
        try {
            issued = Greeting.Session.read(reply, longestDatagramBytes());
        } catch (FrameException e) {
            wire.faults().info("session", endpoint() + " issued no session: " + e.getMessage());
            notFound();
            return;
        }
        long now = wire.nanoTime();
        ClientSession session = new ClientSession(this, issued, sender, own, to, wire);
        seekAfter = now + MIN_PAUSE_NANOS;
        candidate.set(session); // first, since one that has no part is soon forgotten
        sessions.add(session);
        seeking.set(false);
        wire.timekeeper().expect(now);
        turn.need();
    }

    // ---- time

    /// By the timekeeper.
    ///
    /// @return nanoseconds until it is to look again, at the latest
    long look(long now) {
        if (!isOpen()) {
            endCalls();
            return Timekeeper.CALM_NANOS;
        }
        turn.look();
        ClientSession gathering = gathers;
        if (gathering != null) {
            gathering.packer().endBurst(); // in case that the mark is lost
        }
        long wait = tryPath(now);
        for (ClientSession session : sessions) {
            wait = Math.min(wait, look(session, now));
        }
        lookAtCurrent(now);
        return wait;
    }

    /// By the timekeeper: whether calls were made since it asked last.
    boolean hasCalledSince() {
        ClientSession used = current.get();
        long made = used == null ? 0 : used.calls().made();
        boolean isOther = made != madeBefore;
        madeBefore = made;
        return isOther;
    }

    /// Whether nothing is under way that the timekeeper has to look after.
    boolean isAtRest() {
        return inFlight.get() == 0 && candidate.get() == null && gathers == null && turn.isFree();
    }

    private void lookAtCurrent(long now) {
        ClientSession used = current.get();
        if (used != null && used.isRetired()) {
            current.compareAndSet(used, null);
            return;
        }
        if (used != null && used.isOld(now)) {
            seekSession(used.sender());
        }
    }

    private long tryPath(long now) {
        ClientSession trying = candidate.get();
        if (trying == null) {
            return Timekeeper.CALM_NANOS;
        }
        long left = trying.tryPath(now);
        if (left >= 0) {
            turn.need();
            return left;
        }
        if (!candidate.compareAndSet(trying, null)) {
            return Timekeeper.CALM_NANOS; // the answer has just come
        }
        seekAfter = now + pause;
        pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
        wire.faults().info("path", "datagrams do not reach " + endpoint() + "; its calls go over the stream");
        return Timekeeper.CALM_NANOS;
    }

    private long look(ClientSession session, long now) {
        boolean isUsed = session == candidate.get() || session == current.get(); // in the order in which it goes from one to the other
        Look look = new Look(session, now, !isUsed && sessions.size() > MAX_SESSIONS - 1);
        session.calls().forEach(look::at);
        look.end();
        if (!isUsed) {
            // First this, then the look: a call that comes meanwhile is seen here, or sees that it came too late.
            session.retire();
            if (session.calls().isEmpty()) {
                sessions.remove(session);
            }
        }
        return Math.min(look.wait, session.calls().isEmpty() ? Timekeeper.CALM_NANOS : pace.timeoutNanos(1));
    }

    /// One look at the calls of a session.
    private final class Look {
        private final ClientSession session;
        private final long now;
        private final boolean movesAll;
        private boolean burst;
        private long wait = Timekeeper.CALM_NANOS;

        /// @param movesAll whether the session is to end
        Look(ClientSession session, long now, boolean movesAll) {
            this.session = session;
            this.now = now;
            this.movesAll = movesAll;
        }

        void at(UdpCall call) {
            long left = call.deadlineNanos - now;
            if (left <= 0) {
                if (call.isUnheard()) {
                    wasSilent();
                }
                UdpLink.this.end(call, new WireFailure(Cause.DEADLINE, Happened.PERHAPS, "no reply from " + endpoint()
                        + " before the deadline"));
                return;
            }
            if (!call.isMoved()) {
                rescue(call);
                if (movesAll) {
                    move(call);
                } else if (call.askAgainNanos - now <= 0) {
                    askAgain(call);
                }
                left = Math.min(left, call.askAgainNanos - now);
            }
            wait = Math.min(wait, left);
        }

        /// A caller that announced to lend itself and then did not, since it was interrupted: nobody reads for it.
        private void rescue(UdpCall call) {
            boolean isFree = turn.isFree();
            if (isFree && call.wasUnread && call.unlend()) {
                unlent.incrementAndGet();
                turn.need();
            }
            call.wasUnread = isFree;
        }

        private void askAgain(UdpCall call) {
            int tries = call.tries + 1;
            long next = now + pace.timeoutNanos(tries);
            boolean isLate = next - call.streamNanos > 0;
            if (isLate || tries > MAX_TRIES) {
                if (call.isUnheard() || !isLate) {
                    wasSilent();
                }
                move(call);
                return;
            }
            if (!burst) {
                burst = true;
                session.packer().beginBurst();
            }
            call.wasRepeated = true;
            call.tries = tries;
            call.askAgainNanos = next;
            session.ask(call, now);
        }

        /// A call was asked as often as there was time for, and nothing came.
        private void wasSilent() {
            if (session.wasSilent() >= MAX_SILENT && current.compareAndSet(session, null)) {
                session.doubt(now);
                candidate.set(session);
            }
        }

        void end() {
            if (burst) {
                session.packer().endBurst();
            }
        }
    }

    // ---- the end

    @Override
    public void close() {
        stream.close();
    }

    /// The stream has ended.
    void goDown() {
        down = true;
        synchronized (portLock) {
            DatagramPort own = port;
            if (own != null) {
                own.close();
            }
        }
        turn.close();
        endCalls();
    }

    private void endCalls() {
        for (ClientSession session : sessions) {
            session.calls().forEach(call -> end(call, closed()));
        }
    }

    /// Whether no thread of its own runs.
    boolean isQuiet() {
        return turn.isQuiet();
    }

    /// Whether some thread receives datagrams.
    boolean isRead() {
        return !turn.isFree();
    }

    /// Whether new calls go as datagrams, where they may.
    boolean usesDatagrams() {
        return current.get() != null;
    }
}
