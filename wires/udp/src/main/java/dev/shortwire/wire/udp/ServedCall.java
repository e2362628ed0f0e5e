package dev.shortwire.wire.udp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameHandler.Replier;
import org.jspecify.annotations.Nullable;

/// A call that came in a datagram, from its first arrival until another one takes its slot: it runs once, and whoever asks
/// again gets the same reply. Guarded by its own lock; nothing is called while it is held.
final class ServedCall implements Replier {
    final long id;
    final long deadlineNanos;
    private final ServerSession session;
    /// Set while the handler has it: a reply by that thread was given at once.
    private @Nullable Thread handling;

    @GuardedBy("this")
    private boolean answered;

    /// The reply, as long as it is kept.
    @GuardedBy("this")
    private @Nullable Frame reply;

    /// Another call has the slot, so nobody will ask again.
    @GuardedBy("this")
    private boolean replaced;

    /// Who asked over the stream meanwhile.
    @GuardedBy("this")
    private @Nullable Replier stream;

    ServedCall(long id, long deadlineNanos, ServerSession session) {
        this.id = id;
        this.deadlineNanos = deadlineNanos;
        this.session = session;
    }

    /// @param thread which hands the request to the handler; null: it has done so
    void handling(@Nullable Thread thread) {
        handling = thread;
    }

    @Override
    public void reply(Frame frame) {
        Replier onStream;
        synchronized (this) {
            if (answered) {
                return;
            }
            answered = true;
            onStream = stream;
            stream = null;
            if (onStream == null && !replaced && session.keeps(FrameCodec.encodedLength(frame))) {
                reply = frame;
            }
        }
        session.answered();
        if (onStream != null) {
            onStream.reply(frame);
        } else {
            session.send(id, frame, handling == Thread.currentThread() ? Packet.REPLY : Packet.LATE_REPLY);
        }
    }

    /// The request came again.
    void repeat() {
        Frame kept;
        boolean isDone;
        synchronized (this) {
            kept = reply;
            isDone = answered;
        }
        if (kept != null) {
            session.send(id, kept, Packet.LATE_REPLY);
        } else {
            session.tell(isDone ? Packet.ON_STREAM : Packet.PENDING, id);
        }
    }

    /// Has the reply go to `target`, over the stream.
    ///
    /// @return false if it is no longer at hand
    boolean continueOn(Replier target) {
        Frame kept;
        synchronized (this) {
            if (!answered) {
                stream = target;
                return true;
            }
            kept = reply;
        }
        release();
        if (kept != null) {
            target.reply(kept);
        }
        return kept != null;
    }

    /// Another call has the slot now.
    void replaced() {
        synchronized (this) {
            replaced = true;
        }
        release();
    }

    /// Keeps the reply no longer.
    synchronized void release() {
        Frame kept = reply;
        if (kept != null) {
            reply = null;
            session.released(FrameCodec.encodedLength(kept));
        }
    }
}
