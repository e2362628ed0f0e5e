package dev.shortwire.wire.udp;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A call in flight that began as a datagram. Who takes it out of its slot ends it, and is the only one to tell its outcome.
final class UdpCall implements Link.Call {
    private static final VarHandle ALOFT;
    private static final VarHandle MOVED;
    private static final VarHandle LENDING;

    private static final int UNLENT = 0;
    private static final int LENT = 1;
    private static final int ENDED = 2;

    static {
        try {
            ALOFT = MethodHandles.lookup().findVarHandle(UdpCall.class, "aloft", boolean.class);
            MOVED = MethodHandles.lookup().findVarHandle(UdpCall.class, "moved", boolean.class);
            LENDING = MethodHandles.lookup().findVarHandle(UdpCall.class, "lending", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ClientSession session;
    final Link.CallOutcome outcome;
    final Frame request;
    final int lengthBytes;
    final long deadlineNanos;
    /// Half of its time: what has no answer by then goes over the stream, which needs the other half.
    final long streamNanos;
    /// Given by [ClientSlots].
    long id;
    long sentNanos;
    /// When to ask again.
    volatile long askAgainNanos;
    /// How often it was asked without an answer; the first time counts.
    volatile int tries = 1;
    /// Whether it was ever asked again.
    volatile boolean wasRepeated;
    /// How long to leave the server alone that said it was at work, 0 if it never did; of whoever reads.
    volatile long patienceNanos;
    /// The thread that waits in [#lend] while another one reads.
    volatile @Nullable Thread waiter;
    /// Where it goes on over the stream.
    volatile Link.@Nullable Call onStream;
    private volatile boolean told;
    @SuppressWarnings("unused") // by ALOFT
    private volatile boolean aloft = true;
    @SuppressWarnings("unused") // by MOVED
    private volatile boolean moved;
    /// Whether its caller reads the reply itself, as long as the call has a slot.
    @SuppressWarnings("unused") // by LENDING
    private volatile int lending;
    /// Whether nobody read when the timekeeper looked last; its own.
    boolean wasUnread;

    UdpCall(ClientSession session, Link.CallOutcome outcome, Frame request, int lengthBytes, long startNanos,
            long timeoutNanos, boolean isLent) {
        this.session = session;
        this.outcome = outcome;
        this.request = request;
        this.lengthBytes = lengthBytes;
        this.deadlineNanos = startNanos + timeoutNanos;
        this.streamNanos = startNanos + timeoutNanos / 2;
        this.sentNanos = startNanos;
        this.lending = isLent ? LENT : UNLENT;
    }

    /// Has it be asked again at that time, at the latest when it is to go over the stream.
    void askAgainAt(long nanos) {
        askAgainNanos = nanos - streamNanos < 0 ? nanos : streamNanos;
    }

    /// Whether nothing at all was heard of it.
    boolean isUnheard() {
        return patienceNanos == 0 && !moved;
    }

    /// Notes that the network has delivered the request, or that it no longer matters.
    ///
    /// @return whether that is news
    boolean land() {
        return ALOFT.compareAndSet(this, true, false);
    }

    /// Notes that its caller does not read after all.
    ///
    /// @return whether that is news, and the call has not ended
    boolean unlend() {
        return LENDING.compareAndSet(this, LENT, UNLENT);
    }

    /// Notes that the call has given up its slot.
    ///
    /// @return whether somebody else had to read for it
    boolean endLending() {
        return (int) LENDING.getAndSet(this, ENDED) == UNLENT;
    }

    /// Notes that it goes on over the stream.
    ///
    /// @return false if it did before
    boolean move() {
        return MOVED.compareAndSet(this, false, true);
    }

    boolean isMoved() {
        return moved;
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
        session.link().cancel(this);
    }

    @Override
    public void lend() {
        session.link().lend(this);
    }
}
