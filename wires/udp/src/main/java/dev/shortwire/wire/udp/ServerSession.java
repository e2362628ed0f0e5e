package dev.shortwire.wire.udp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.FrameHandler.Caller;
import dev.shortwire.wire.FrameHandler.Replier;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.stream.FaultLog;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The listening end of a session. Datagrams come from one address and so to one thread, the reader of its family; replies
/// come from any.
///
/// **At most once.** The low bits of a call's id are a slot, of which there are a fixed number, and each slot holds one call
/// with the reply to it, until the client uses the slot for another one, by which it says that it has the reply (the slot
/// table of NFS 4.1, RFC 8881, section 2.10.6). A repeated request finds its call there. One that is older than the call in
/// its slot is nobody's any more. So what is kept is bounded, and no call that still waits is ever forgotten.
///
/// **Kept replies** are dropped when the call's deadline has passed, and are bounded in bytes as well. A reply beyond that is not kept; if it gets lost, or is too long for a
/// datagram, the request runs a second time, over the stream, which is why only such requests come here as may.
final class ServerSession implements Items.Sink {
    private final long id;
    private final String stream;
    private final Sender sender;
    private final Caller caller;
    private final InetSocketAddress peer;
    private final FrameHandler handler;
    private final FaultLog faults;
    private final DropCounts drops;
    private final Opener opener;
    private final Packer packer;
    private final Items items = new Items();
    private final int maxDatagramBytes;
    private final int maxReplyBytes;
    private final long maxKeptBytes;
    private final int maxUnanswered;
    private final AtomicLong keptBytes = new AtomicLong();
    /// Calls that the handler has and has not answered. More than there are slots, since a client may give calls up.
    private final AtomicInteger unanswered = new AtomicInteger();

    @GuardedBy("this")
    private final @Nullable ServedCall[] slots;

    private volatile boolean closed;
    /// When the present datagram arrived; of the reader.
    private long arrivedNanos;
    /// The sender of the last frame, which is equal to `sender`; of the reader.
    private @Nullable Sender believed;

    /// @param stream       name of the stream over which it is issued
    /// @param sender       as whom the client may send, which the stream has checked
    /// @param peer         where its datagrams come from, and where all go
    /// @param maxKeptBytes bytes of replies that it may keep
    /// @param maxUnanswered calls that may wait for their reply; the next one is answered that it is too many
    ServerSession(Greeting.Session issued, String stream, Sender sender, Caller caller, InetSocketAddress peer,
            int maxReplyBytes, long maxKeptBytes, int maxUnanswered, SessionLimits limits, FrameHandler handler,
            FaultLog faults,
            DropCounts drops) {
        this.id = issued.id();
        this.stream = stream;
        this.sender = sender;
        this.caller = caller;
        this.peer = peer;
        this.handler = handler;
        this.faults = faults;
        this.drops = drops;
        this.maxDatagramBytes = issued.maxDatagramBytes();
        this.opener = new Opener(issued.toServer(), drops);
        this.packer = new Packer(new Sealer(id, issued.toClient(), limits.maxPackets()), null, peer, maxDatagramBytes,
                faults, drops);
        this.maxReplyBytes = Math.min(packer.maxFrameBytes(), maxReplyBytes);
        this.maxKeptBytes = maxKeptBytes;
        this.maxUnanswered = maxUnanswered;
        this.slots = new @Nullable ServedCall[issued.slots()];
    }

    long id() {
        return id;
    }

    String stream() {
        return stream;
    }

    /// Nothing is sent from now on.
    void close() {
        closed = true;
    }

    /// Answers what a datagram asks. For the reader of the port.
    ///
    /// @param length of the datagram, [Packet#OVERHEAD_BYTES] or more
    /// @param opened room for what it holds
    /// @param now    on the node's clock
    void take(byte[] datagram, int length, DatagramPort port, byte[] opened, long now) {
        if (!port.from().equals(peer)) {
            drops.count(DropCounts.Reason.OTHER_ADDRESS);
            return;
        }
        if (length > maxDatagramBytes) {
            drops.count(DropCounts.Reason.LENGTH);
            return;
        }
        int count = opener.open(datagram, length, opened);
        if (count < 0) {
            return;
        }
        packer.use(port);
        arrivedNanos = now;
        packer.beginBurst();
        try {
            items.take(ByteBuffer.wrap(opened, 0, count), this);
        } catch (FrameException e) {
            drops.count(DropCounts.Reason.MALFORMED);
            faults.info("malformed", "a datagram of " + caller.address() + " can't be read: " + e.getMessage());
        } finally {
            packer.endBurst();
        }
    }

    @Override
    public void frame(byte kind, Frame frame, long callId, long remainingMicros) {
        if (kind != Packet.REQUEST || callId <= 0 || frame.sender() != believed && !isBelieved(frame.sender())) {
            drops.count(DropCounts.Reason.MALFORMED);
            return;
        }
        ServedCall call = new ServedCall(callId, arrivedNanos + TimeUnit.MICROSECONDS.toNanos(remainingMicros), this);
        ServedCall there = enter(call);
        if (there == call) {
            run(frame, call);
        } else if (there != null) {
            there.repeat();
        }
    }

    private boolean isBelieved(Sender claimed) {
        if (!claimed.equals(sender)) {
            return false;
        }
        believed = claimed;
        return true;
    }

    /// A request that began as a datagram, perhaps, and goes on over the stream.
    ///
    /// @return false if it has to run, now with `target` to answer to
    boolean continueOnStream(long callId, Frame frame, long deadlineNanos, Replier target) {
        ServedCall call = new ServedCall(callId, deadlineNanos, this);
        ServedCall there = callId <= 0 ? null : enter(call);
        if (there == null || !there.continueOn(target)) {
            return false;
        }
        if (there == call) {
            run(frame, call);
        }
        return true;
    }

    /// Puts a call into its slot, unless it or a newer one is there.
    ///
    /// @return what is there now of that id; null if that is a newer one
    private @Nullable ServedCall enter(ServedCall call) {
        ServedCall there;
        synchronized (this) {
            int slot = (int) call.id & slots.length - 1;
            there = slots[slot];
            if (there == null || there.id < call.id) {
                slots[slot] = call;
            }
        }
        if (there == null) {
            return call;
        }
        if (there.id < call.id) {
            there.replaced();
            return call;
        }
        if (there.id > call.id) {
            drops.count(DropCounts.Reason.STALE);
            return null;
        }
        return there;
    }

    private void run(Frame frame, ServedCall call) {
        call.handling(Thread.currentThread());
        if (unanswered.incrementAndGet() > maxUnanswered) {
            call.reply(Greeting.busy());
            call.handling(null);
            return;
        }
        try {
            handler.onCall(frame, caller, call.deadlineNanos, call);
        } catch (Throwable fault) {
            faults.warn("handler", "the frame handler threw at a frame of " + caller.address(), fault);
            call.reply(Greeting.handlerFailed());
        } finally {
            call.handling(null);
        }
    }

    @Override
    public void note(byte kind, long callId) {
        drops.count(DropCounts.Reason.MALFORMED);
    }

    @Override
    public void ping(byte kind, int zeros) {
        if (kind == Packet.PING && zeros <= packer.mostZeros()) {
            packer.ping(Packet.PONG, zeros);
        } else {
            drops.count(DropCounts.Reason.MALFORMED);
        }
    }

    // ---- for the calls

    /// A call was answered, for the first time.
    void answered() {
        unanswered.decrementAndGet();
    }

    /// Sends a reply, or word that it is to be had over the stream.
    void send(long callId, Frame reply, byte kind) {
        int length = FrameCodec.encodedLength(reply);
        if (closed) {
            return;
        }
        if (length <= maxReplyBytes) {
            packer.frame(kind, reply, length, callId, 0);
        } else {
            packer.note(Packet.ON_STREAM, callId);
        }
    }

    /// Sends a word about a call.
    void tell(byte kind, long callId) {
        if (!closed) {
            packer.note(kind, callId);
        }
    }

    /// Whether a reply of that length may be kept; it then counts until it is [#released].
    boolean keeps(int lengthBytes) {
        if (keptBytes.addAndGet(lengthBytes) <= maxKeptBytes) {
            return true;
        }
        keptBytes.addAndGet(-lengthBytes);
        return false;
    }

    long keptBytes() {
        return keptBytes.get();
    }

    /// Drops the replies to calls whose deadline has passed: their callers have given up.
    void forgetReplies(long now) {
        @Nullable
        ServedCall[] served;
        synchronized (this) {
            served = slots.clone();
        }
        for (ServedCall call : served) {
            if (call != null && call.deadlineNanos - now <= 0) {
                call.release();
            }
        }
    }

    void released(int lengthBytes) {
        keptBytes.addAndGet(-lengthBytes);
    }
}
