package dev.shortwire.wire.grpc;

import dev.shortwire.spi.HostPort;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameDecoder;
import dev.shortwire.wire.FrameEncoder;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.FrameHandler.Caller;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.WireSettings;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.netty.util.collection.LongObjectHashMap;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The callee's end of one link. Confined to its event loop, but for the answers, which come from any thread and go
/// through the [Outbox].
///
/// A call that is answered before the handler returns, which is what a hit does, is in no table. Only one that has to wait
/// is, so that its caller can give it up, and so that there are not too many. While the peer does not take its replies no
/// more messages are asked for, so that it can't fill this process's memory with them.
final class PeerStream extends ServerCall.Listener<InputStream> implements Outbox.Stream, Packets.Target {
    private static final Logger log = LoggerFactory.getLogger(PeerStream.class);
    private static final int MESSAGES_AHEAD = 4;
    private static final long CONGESTED_BYTES = 1 << 20;

    private final WireService service;
    private final WireSettings settings;
    private final FrameHandler handler;
    private final ServerCall<InputStream, InputStream> call;
    private final EventLoop loop;
    private final int maxReplyBytes;
    private final Caller caller;
    private final Proof proof;
    private final Inbox inbox = new Inbox();
    private final FrameDecoder decoder = new FrameDecoder();
    private final Outbox outbox;
    private final LongObjectHashMap<Answer> waiting = new LongObjectHashMap<>();
    private long packetTime;
    private int owedRequests;
    private boolean halfClosed;
    private boolean ended;

    PeerStream(WireService service, ServerCall<InputStream, InputStream> call, EventLoop loop, Proof proof,
            int maxReplyBytes) {
        this.service = service;
        this.settings = service.settings();
        this.handler = service.handler();
        this.call = call;
        this.loop = loop;
        this.maxReplyBytes = maxReplyBytes;
        this.proof = proof;
        this.caller = new Caller(GrpcWire.NAME, show(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)),
                proof.peer().principal(), proof.peer().proof());
        this.outbox = new Outbox(loop, this);
    }

    private static String show(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress tcp
                ? new HostPort(tcp.getAddress().getHostAddress(), tcp.getPort()).toString()
                : "unix:";
    }

    void start() {
        call.setOnReadyThreshold(Outbox.READY_BYTES);
        call.sendHeaders(WireService.headers(settings));
        call.request(MESSAGES_AHEAD);
    }

    // ---- reading

    @Override
    public void onMessage(InputStream message) {
        if (ended) {
            return;
        }
        packetTime = settings.clock().nanoTime();
        outbox.readingBegins();
        try {
            Packets.read(inbox.read(message), this);
        } catch (FrameException | IOException e) {
            log.debug("What came from {} can't be read", caller.address(), e);
            end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
        }
        owedRequests++;
        outbox.readingEnded();
        askForMore();
    }

    @Override
    public void frame(ByteBuffer bytes) throws FrameException {
        if (bytes.remaining() > settings.maxFrameBytes()) {
            throw new FrameException("frame of " + bytes.remaining() + " bytes must have at most "
                    + settings.maxFrameBytes() + "; send less, or raise wire.max-frame-bytes");
        }
        Frame frame = decoder.decode(bytes, bytes.remaining());
        long correlation = decoder.correlationId();
        if (!proof.covers(frame.sender())) {
            refuse(frame.sender(), correlation);
        } else if (correlation == 0) {
            onSend(frame);
        } else if (waiting.size() >= settings.maxCallsInFlight()) {
            new Answer(correlation).fail(Packets.BUSY, settings.maxCallsInFlight()
                    + " calls of this link are in flight; slow down, or raise wire.max-calls-in-flight");
        } else {
            onCall(frame, correlation, decoder.remainingMicros());
        }
    }

    private void refuse(Sender sender, long correlation) {
        String refusal = proof.refusal(sender);
        service.refused(caller.principal(), refusal);
        if (correlation != 0) {
            new Answer(correlation).fail(Packets.NOT_BELIEVED, refusal);
        }
    }

    private void onSend(Frame message) {
        try {
            handler.onSend(message, caller);
        } catch (Throwable fault) {
            service.handlerFailed(fault);
        }
    }

    private void onCall(Frame request, long correlation, long remainingMicros) throws FrameException {
        Answer answer = new Answer(correlation);
        long deadlineNanos = packetTime + TimeUnit.MICROSECONDS.toNanos(remainingMicros);
        try {
            handler.onCall(request, caller, deadlineNanos, answer);
        } catch (Throwable fault) {
            service.handlerFailed(fault);
            answer.fail(Packets.HANDLER_FAILED, "the peer's handler failed; its log says how");
        }
        if (!answer.isDecided() && waiting.put(correlation, answer) != null) {
            throw new FrameException("call " + correlation + " is in flight already");
        }
    }

    @Override
    public void cancelled(long correlation) {
        Answer given = waiting.remove(correlation);
        if (given != null) {
            given.makeVoid();
        }
    }

    @Override
    public void fault(Packets.Fault fault) {
        log.debug("{} told a fault of a call that it was not asked: {}", caller.address(), fault);
    }

    private void askForMore() {
        if (!ended && owedRequests > 0 && outbox.queuedBytes() < CONGESTED_BYTES) {
            int count = owedRequests;
            owedRequests = 0;
            call.request(count);
        }
    }

    // ---- writing

    @Override
    public boolean isReady() {
        return call.isReady();
    }

    @Override
    public void send(InputStream packet) {
        call.sendMessage(packet);
    }

    @Override
    public void drained() {
        askForMore();
        if (halfClosed && waiting.isEmpty() && outbox.queuedBytes() == 0) {
            end(Status.OK);
        }
    }

    @Override
    public void onReady() {
        outbox.drain();
    }

    // ---- ending

    /// The peer has no more calls; it still gets its replies.
    @Override
    public void onHalfClose() {
        halfClosed = true;
        outbox.drain();
    }

    /// The peer is gone.
    @Override
    public void onCancel() {
        letGo();
    }

    @Override
    public void onComplete() {
        letGo();
    }

    /// Ends the link from this side. Any thread.
    void close() {
        Status status = Status.UNAVAILABLE.withDescription("this wire is closed");
        try {
            loop.execute(() -> end(status));
        } catch (RejectedExecutionException e) {
            log.debug("A stream of {} was to be closed after its event loop", caller.address());
        }
    }

    private void end(Status status) {
        if (!ended) {
            letGo();
            call.close(status, new Metadata());
        }
    }

    private void letGo() {
        ended = true;
        outbox.close();
        waiting.clear();
        service.forget(this);
    }

    /// The answer to one call: a reply or a fault, decided once, by any thread.
    private final class Answer extends AtomicInteger implements FrameHandler.Replier, Item {
        private static final long serialVersionUID = 1;
        private static final int OPEN = 0;
        private static final int DECIDED = 1;
        private static final int VOID = 2;

        private final long correlation;
        private transient @Nullable Frame reply;
        private transient byte @Nullable [] fault;
        private int length;

        Answer(long correlation) {
            this.correlation = correlation;
        }

        boolean isDecided() {
            return get() != OPEN;
        }

        void makeVoid() {
            set(VOID);
        }

        @Override
        public void reply(Frame frame) {
            if (!compareAndSet(OPEN, DECIDED)) {
                return;
            }
            int bytes = FrameCodec.encodedLength(frame);
            if (bytes <= maxReplyBytes) {
                reply = frame;
                length = bytes;
                outbox.offer(this);
            } else {
                offerFault(Packets.REPLY_TOO_LARGE, "the reply of " + bytes + " bytes has more than " + maxReplyBytes
                        + "; ask for less, or raise wire.max-frame-bytes");
            }
        }

        void fail(int cause, String message) {
            if (compareAndSet(OPEN, DECIDED)) {
                offerFault(cause, message);
            }
        }

        private void offerFault(int cause, String message) {
            fault = Packets.encode(new Packets.Fault(correlation, cause, message));
            outbox.offer(this);
        }

        @Override
        public int encodedBytes() {
            return fault != null ? fault.length : Packets.frameBytes(length);
        }

        @Override
        public boolean take() {
            if (waiting.get(correlation) == this) {
                waiting.remove(correlation);
            }
            return get() == DECIDED;
        }

        @Override
        public void writeTo(ByteBuffer target, FrameEncoder encoder) {
            Frame frame = reply;
            if (fault != null) {
                target.put(fault);
            } else if (frame != null) {
                Packets.writeFrame(frame, length, correlation, 0, target, encoder);
            }
        }
    }
}
