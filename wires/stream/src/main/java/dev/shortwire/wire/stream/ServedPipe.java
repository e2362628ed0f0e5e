package dev.shortwire.wire.stream;

import dev.shortwire.Bytes;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.FrameHandler.Caller;
import dev.shortwire.wire.FrameView;
import dev.shortwire.wire.Sender;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The listening end of a link: one thread that reads what has arrived, has the handler answer it, and writes all the
/// answers at once before it sleeps. An answer that comes later is written by the thread that gives it; see [Outbox].
///
/// A peer that does not take its answers is not read from, and closed when it takes nothing for a while; so is one that
/// says nothing at first, or does not finish a frame.
final class ServedPipe {
    private static final long GREETING_NANOS = TimeUnit.SECONDS.toNanos(5);
    /// How long a frame may take from its first byte to its last.
    private static final long FRAME_NANOS = TimeUnit.SECONDS.toNanos(60);
    /// How long the peer may take nothing while answers wait.
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final StreamWire wire;
    private final StreamListener listener;
    private final FrameHandler handler;
    private final Pipe pipe;
    private Caller caller;
    /// The last sender that the peer may send as.
    private @Nullable Sender believed;
    private final int maxUnanswered;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final Outbox outbox;
    private final Inbox.Sink sink = this::frame;
    /// Of the thread that reads: what is answered at once.
    private final Frame.Builder replyAtOnce = Frame.builder();
    private int maxReplyBytes;
    /// When the frames of this burst were read.
    private long burstStart;
    /// When the frame that is not complete was first waited for, 0 for none.
    private long frameSince;

    ServedPipe(StreamWire wire, StreamListener listener, FrameHandler handler, Pipe pipe) {
        this.wire = wire;
        this.listener = listener;
        this.handler = handler;
        this.pipe = pipe;
        this.caller = new Caller(wire.name(), pipe.peer());
        this.maxUnanswered = Math.min(wire.settings().maxCallsInFlight(), Integer.MAX_VALUE / 8) * 4 + 1024;
        this.outbox = new Outbox(pipe, wire.buffers(), Long.MAX_VALUE, new Outbox.Owner() {
            @Override
            public void stalled() {
                pipe.wake();
            }

            @Override
            public void broken(IOException fault) {
                close();
            }
        });
    }

    void start() {
        Thread.ofPlatform().daemon().name("shortwire-" + wire.name() + "-serve").start(this::run);
    }

    private void run() {
        Inbox inbox = null;
        try {
            long deadline = System.nanoTime() + GREETING_NANOS;
            Preface greeting = Preface.readFrom(pipe, deadline);
            caller = new Caller(wire.name(), pipe.peer(), pipe.principal(), pipe.proof());
            maxReplyBytes = Math.min(wire.settings().maxFrameBytes(), greeting.maxFrameBytes());
            new Preface(wire.settings().maxFrameBytes()).writeTo(pipe, deadline);
            inbox = new Inbox(wire.buffers(), wire.settings().maxFrameBytes());
            Reading reading = new Reading(pipe, inbox, wire.cores(),
                    wire.settings().spin() ? new SpinPolicy(true) : null);
            while (open.get() && serve(inbox, reading)) {
                // until either end closes
            }
        } catch (FrameException e) {
            wire.faults().info("corrupt", "closed the connection of " + caller.address() + ": " + e.getMessage());
        } catch (EOFException e) {
            wire.faults().info("no greeting", caller.address() + " closed its connection before it said anything");
        } catch (SocketTimeoutException e) {
            wire.faults().info("too slow", "closed the connection of " + caller.address() + ": " + e.getMessage());
        } catch (IOException e) {
            if (open.get()) {
                wire.faults().info("broken", "the connection of " + caller.address() + " broke: " + e.getMessage());
            }
        } finally {
            close();
            if (inbox != null) {
                inbox.release();
            }
            listener.ended(this);
        }
    }

    /// Reads a burst and answers it; waits for it first where nothing is known to be there.
    ///
    /// @return false at the end of the stream
    private boolean serve(Inbox inbox, Reading reading) throws IOException, FrameException {
        if (outbox.isStalled()) {
            drain();
        }
        int count;
        if (inbox.isDrained()) {
            checkPace(inbox);
            count = reading.await(MAX_WAIT_NANOS);
        } else {
            count = inbox.fill(pipe);
        }
        if (count > 0) {
            outbox.beginBurst();
            try {
                burstStart = wire.nanoTime();
                inbox.take(sink);
            } finally {
                outbox.endBurst();
            }
        }
        return count >= 0;
    }

    private void checkPace(Inbox inbox) throws SocketTimeoutException {
        if (!inbox.isWithinFrame()) {
            frameSince = 0;
            return;
        }
        long now = System.nanoTime() | 1;
        if (frameSince == 0) {
            frameSince = now;
        } else if (now - frameSince > FRAME_NANOS) {
            throw new SocketTimeoutException(
                    "it did not finish a frame within " + TimeUnit.NANOSECONDS.toSeconds(FRAME_NANOS) + " s");
        }
    }

    /// Waits until the peer has taken what was left.
    private void drain() throws IOException {
        long since = System.nanoTime();
        long left = outbox.pendingBytes();
        while (open.get() && !outbox.drain()) {
            long now = System.nanoTime();
            long nowLeft = outbox.pendingBytes();
            if (nowLeft < left) {
                since = now;
            } else if (now - since > STALL_NANOS) {
                throw new SocketTimeoutException(
                        "it took no reply for " + TimeUnit.NANOSECONDS.toSeconds(STALL_NANOS) + " s");
            }
            left = nowLeft;
            pipe.awaitWritable(MAX_WAIT_NANOS);
        }
    }

    // ---- frames

    private void frame(FrameView frame, long correlationId, long remainingMicros) {
        if (frame.sender() != believed && !isBelieved(frame.sender())) {
            return;
        }
        if (correlationId == 0) {
            try {
                handler.onSend(frame.frame(), caller);
            } catch (Throwable fault) {
                handlerFailed(fault);
            }
            return;
        }
        if (isAnsweredAtOnce(frame)) {
            offer(replyAtOnce, correlationId);
            replyAtOnce.payload(Bytes.EMPTY); // it may be large, and this link idle from now on
            return;
        }
        if (unanswered.incrementAndGet() > maxUnanswered) {
            unanswered.decrementAndGet();
            offer(Faults.BUSY, correlationId);
            return;
        }
        StreamReply reply = new StreamReply(this, correlationId);
        try {
            handler.onCall(frame.frame(), caller, burstStart + TimeUnit.MICROSECONDS.toNanos(remainingMicros), reply);
        } catch (Throwable fault) {
            handlerFailed(fault);
            reply.reply(Faults.HANDLER_FAILED);
        }
    }

    /// Whether the handler has put the reply together already. A fault shows again where the call is handled in full.
    private boolean isAnsweredAtOnce(FrameView frame) {
        try {
            return handler.answersAtOnce(frame, replyAtOnce);
        } catch (Throwable fault) {
            handlerFailed(fault);
            return false;
        }
    }

    /// A peer that sends under a name that its certificate does not have is closed; nothing that it sent is handed on.
    private boolean isBelieved(Sender sender) {
        if (!pipe.maySend(sender)) {
            wire.faults().warn("sender", "closed the connection of " + caller.address() + ", whose certificate says \""
                    + caller.principal() + "\", since it sent a frame as \"" + sender.name()
                    + "\"; give the node a certificate with its name as a subject alternative name", null);
            close();
            return false;
        }
        believed = sender;
        return true;
    }

    private void handlerFailed(Throwable fault) {
        wire.faults().warn("handler", "the frame handler threw at a frame of " + caller.address(), fault);
    }

    void reply(Frame frame, long correlationId) {
        unanswered.decrementAndGet();
        offer(frame, correlationId);
    }

    private void offer(FrameView frame, long correlationId) {
        int length = FrameCodec.encodedLength(frame);
        if (length > maxReplyBytes) {
            offer(Faults.REPLY_TOO_LARGE, correlationId);
        } else {
            outbox.offer(frame, length, 0, correlationId, 0);
        }
    }

    /// Ends the thread too. Safe to repeat.
    void close() {
        if (open.compareAndSet(true, false)) {
            outbox.close();
            pipe.close();
        }
    }
}
