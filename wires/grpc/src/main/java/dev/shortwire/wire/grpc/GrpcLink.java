package dev.shortwire.wire.grpc;

import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.Scheduler;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameDecoder;
import dev.shortwire.wire.FrameEncoder;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireSettings;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The caller's end of a link: one stream, on a connection of its own.
///
/// States: opening → open → down, each left once. It is open when the peer's headers have come, which they do at once.
///
/// A call is in `pending` from before it is offered to the [Outbox] until somebody ends it, see [GrpcCall]. One that enters
/// `pending` while the link goes down is found by the sweep in [#goDown], or finds the state changed itself.
final class GrpcLink implements Link, Outbox.Stream, Packets.Target {
    private static final Logger log = LoggerFactory.getLogger(GrpcLink.class);
    private static final long KEEP_ALIVE_SECONDS = 10;
    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 5;
    private static final int FLOW_CONTROL_WINDOW = 1 << 20;
    private static final int MESSAGES_AHEAD = 4;

    private enum State { OPENING, OPEN, DOWN }

    private final GrpcWire wire;
    private final Endpoint endpoint;
    private final WireSettings settings;
    private final GrpcLoops loops;
    private final Wire.LinkObserver observer;
    private final EventLoop loop;
    private final Outbox outbox;
    private final Inbox inbox = new Inbox();
    private final FrameDecoder decoder = new FrameDecoder();
    private final AtomicReference<State> state = new AtomicReference<>(State.OPENING);
    private final ConcurrentHashMap<Long, GrpcCall> pending = new ConcurrentHashMap<>();
    private final AtomicInteger callsInFlight = new AtomicInteger();
    private final AtomicInteger sendsQueued = new AtomicInteger();
    private final AtomicLong lastCorrelation = new AtomicLong();
    private final Deadlines deadlines;
    private volatile int maxFrameBytes;
    private volatile Scheduler.@Nullable Timer openTimer;
    private @Nullable Connected connected;
    private Proof proof = Proof.notAsked();

    /// What is there once the address is known.
    ///
    /// @param tls null where the connection is plain
    private record Connected(SocketAddress target, Address address, @Nullable GrpcTls tls, ManagedChannel channel,
            ClientCall<InputStream, InputStream> call) {}

    GrpcLink(GrpcWire wire, Endpoint endpoint, WireSettings settings, GrpcLoops loops, Wire.LinkObserver observer) {
        this.wire = wire;
        this.endpoint = endpoint;
        this.settings = settings;
        this.loops = loops;
        this.observer = observer;
        this.loop = loops.next();
        this.outbox = new Outbox(loop, this);
        this.deadlines = new Deadlines(settings.clock(), settings.scheduler(), pending.values());
        this.maxFrameBytes = settings.maxFrameBytes();
    }

    // ---- opening

    void open(long timeoutNanos) {
        Address address;
        try {
            address = Address.parse(endpoint.address());
        } catch (ConfigurationException e) {
            refuse(Cause.CLOSED, String.valueOf(e.getMessage()));
            return;
        }
        openTimer = settings.scheduler().schedule(timeoutNanos,
                () -> refuse(Cause.DEADLINE, "no answer from " + endpoint + " before the deadline"));
        switch (address) {
            case Address.Unix unix -> {
                String unavailable = GrpcLoops.unixUnavailable();
                if (unavailable == null) {
                    onLoop(() -> connect(address, unix.socketAddress()));
                } else {
                    refuse(Cause.CLOSED, unavailable);
                }
            }
            case Address.Tcp tcp when tcp.at().isLiteral() -> lookUpAndConnect(tcp);
            case Address.Tcp tcp -> Thread.ofVirtual().name("shortwire-grpc-lookup").start(() -> lookUpAndConnect(tcp));
        }
    }

    private void lookUpAndConnect(Address.Tcp tcp) {
        try {
            SocketAddress target = tcp.resolve();
            onLoop(() -> connect(tcp, target));
        } catch (UnknownHostException e) {
            refuse(Cause.CLOSED, "can't find " + tcp.at().host() + " of " + endpoint + "; check the address");
        }
    }

    private void onLoop(Runnable work) {
        try {
            loop.execute(work);
        } catch (RejectedExecutionException e) {
            log.debug("The gRPC link to {} was used after its threads were closed", endpoint);
        }
    }

    private void connect(Address address, SocketAddress target) {
        if (state.get() == State.DOWN) {
            return;
        }
        Tls certificates = address instanceof Address.Tcp ? settings.tls() : null;
        GrpcTls tls = certificates == null ? null : GrpcTls.client(certificates);
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(target).overrideAuthority("localhost")
                .eventLoopGroup(loop).channelType(loops.channelType(address), target.getClass()).directExecutor()
                .offloadExecutor(Runnable::run).disableRetry().withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 60_000)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .flowControlWindow(FLOW_CONTROL_WINDOW)
                .maxInboundMessageSize(Math.max(Outbox.PACKET_BYTES, settings.maxFrameBytes() + 64));
        ManagedChannel channel = (tls == null ? builder.usePlaintext() : builder.sslContext(tls)).build();
        ClientCall<InputStream, InputStream> call = channel.newCall(WireService.CONNECT,
                CallOptions.DEFAULT.withOnReadyThreshold(Outbox.READY_BYTES));
        connected = new Connected(target, address, tls, channel, call);
        call.start(new Listener(), WireService.headers(settings));
        call.request(MESSAGES_AHEAD);
    }

    private void greeted(Metadata headers) {
        maxFrameBytes = WireService.limitOf(headers, settings.maxFrameBytes());
        if (connected != null && connected.tls() != null) {
            proof = Proof.of(connected.call().getAttributes());
        }
        if (!proof.isNode()) {
            refuse(Cause.CLOSED, "the certificate of " + endpoint + " names no node; give it one whose subject"
                    + " alternative name is the node's name");
        } else if (state.compareAndSet(State.OPENING, State.OPEN)) {
            stopOpenTimer();
            observer.opened(this);
        }
    }

    private void refuse(Cause cause, String message) {
        if (state.compareAndSet(State.OPENING, State.DOWN)) {
            stopOpenTimer();
            letGo();
            observer.refused(new WireFailure(cause, Happened.NO, message));
        }
    }

    private void stopOpenTimer() {
        Scheduler.Timer timer = openTimer;
        if (timer != null) {
            timer.cancel();
        }
    }

    // ---- open

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public boolean isOpen() {
        return state.get() == State.OPEN;
    }

    @Override
    public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
        int length = FrameCodec.encodedLength(request);
        WireFailure refusal = refusal(length, timeoutNanos);
        if (refusal != null) {
            outcome.failed(refusal);
            return () -> {};
        }
        GrpcCall call = new GrpcCall(this, lastCorrelation.incrementAndGet(), request, length,
                nanoTime() + timeoutNanos, outcome);
        pending.put(call.correlation(), call);
        deadlines.entered(call.deadlineNanos());
        outbox.offer(call);
        if (!isOpen()) {
            call.fail(Cause.CLOSED, "the link to " + endpoint + " closed during the call");
        }
        return call;
    }

    /// Why the request can't go out, or null: then a credit is taken.
    private @Nullable WireFailure refusal(int length, long timeoutNanos) {
        if (!isOpen()) {
            return WireFailure.closedBefore(endpoint);
        }
        if (length > maxFrameBytes) {
            return WireFailure.tooLarge(endpoint, length, maxFrameBytes);
        }
        if (timeoutNanos <= 0) {
            return WireFailure.noTimeLeft(endpoint);
        }
        if (!hasRoomFor(length)) {
            return new WireFailure(Cause.BUSY, Happened.NO, outbox.queuedBytes() + " bytes for " + endpoint
                    + " wait to be sent; slow down");
        }
        if (callsInFlight.incrementAndGet() > settings.maxCallsInFlight()) {
            callsInFlight.decrementAndGet();
            return WireFailure.tooManyCalls(endpoint, settings.maxCallsInFlight());
        }
        return null;
    }

    private boolean hasRoomFor(int length) {
        return outbox.queuedBytes() + length <= 4L * settings.maxFrameBytes();
    }

    @Override
    public boolean send(Frame message) {
        int length = FrameCodec.encodedLength(message);
        if (!isOpen() || length > maxFrameBytes || !hasRoomFor(length)) {
            return false;
        }
        if (sendsQueued.incrementAndGet() > settings.maxCallsInFlight()) {
            sendsQueued.decrementAndGet();
            return false;
        }
        outbox.offer(new Message(message, length));
        return true;
    }

    // ---- for its calls

    long nanoTime() {
        return settings.clock().nanoTime();
    }

    /// The call has its outcome, or is about to.
    void forget(GrpcCall call) {
        pending.remove(call.correlation());
        callsInFlight.decrementAndGet();
    }

    /// Tells the peer that nobody waits for a call any more that it has got.
    void cancelThere(GrpcCall call) {
        if (isOpen()) {
            outbox.offer(new Cancellation(call.correlation()));
        }
    }

    // ---- the stream, on the event loop

    @Override
    public boolean isReady() {
        return connected != null && connected.call().isReady();
    }

    @Override
    public void send(InputStream packet) {
        if (connected != null) {
            connected.call().sendMessage(packet);
        }
    }

    @Override
    public void drained() {
        // Nobody waits for that: calls beyond the credit fail at once.
    }

    @Override
    public void frame(ByteBuffer bytes) throws FrameException {
        Frame reply = decoder.decode(bytes, bytes.remaining());
        GrpcCall call = pending.get(decoder.correlationId());
        if (call != null && proof.covers(reply.sender())) {
            call.reply(reply);
        } else if (call != null) {
            call.fail(Cause.CORRUPT, Happened.PERHAPS,
                    "the reply of " + endpoint + " is not believed: " + proof.refusal(reply.sender()));
        }
    }

    @Override
    public void cancelled(long correlation) {
        log.debug("{} gave up a call that it had not made", endpoint);
    }

    @Override
    public void fault(Packets.Fault fault) {
        GrpcCall call = pending.get(fault.correlation());
        if (call != null) {
            String message = endpoint + " answered: " + fault.message();
            switch (fault.cause()) {
                case Packets.BUSY -> call.fail(Cause.BUSY, Happened.NO, message);
                case Packets.NOT_BELIEVED -> call.fail(Cause.CORRUPT, Happened.NO, message);
                case Packets.REPLY_TOO_LARGE -> call.fail(Cause.TOO_LARGE, Happened.PERHAPS, message);
                default -> call.fail(Cause.CORRUPT, Happened.PERHAPS, message);
            }
        }
    }

    /// What gRPC tells, on the event loop.
    private final class Listener extends ClientCall.Listener<InputStream> {
        @Override
        public void onHeaders(Metadata headers) {
            greeted(headers);
        }

        @Override
        public void onMessage(InputStream message) {
            if (connected == null || !isOpen()) {
                return;
            }
            outbox.readingBegins();
            try {
                Packets.read(inbox.read(message), GrpcLink.this);
            } catch (FrameException | IOException e) {
                goDown(new WireFailure(Cause.CORRUPT, Happened.PERHAPS,
                        "what came from " + endpoint + " can't be read: " + e.getMessage()));
            }
            outbox.readingEnded();
            connected.call().request(1);
        }

        @Override
        public void onReady() {
            outbox.drain();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (state.get() == State.OPENING) {
                refuse(refusalCause(status), "can't open a gRPC link to " + endpoint + ": " + show(status));
            } else {
                lost(status);
            }
        }
    }

    private static Cause refusalCause(Status status) {
        for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
            if (Obituary.provesThatNobodyListens(cause)) {
                return Cause.REFUSED;
            }
        }
        return status.getCode() == Status.Code.UNIMPLEMENTED ? Cause.CORRUPT : Cause.CLOSED;
    }

    private static String show(Status status) {
        Throwable cause = status.getCause();
        return status.getCode() + (status.getDescription() == null ? "" : " " + status.getDescription())
                + (cause == null ? "" : " (" + cause.getMessage() + ")");
    }

    // ---- down

    /// The stream ended, not by us.
    private void lost(Status status) {
        Connected was = connected;
        if (was != null && state.compareAndSet(State.OPEN, State.DOWN)) {
            failAll(new WireFailure(Cause.CLOSED, Happened.PERHAPS,
                    "the link to " + endpoint + " ended: " + show(status)));
            letGo();
            new Obituary(endpoint, was.target(), loops.channelType(was.address()), loop, was.tls(),
                    failure -> observer.closed(this, failure)).ask();
        }
    }

    private void goDown(WireFailure failure) {
        if (state.compareAndSet(State.OPEN, State.DOWN)) {
            failAll(failure);
            letGo();
            observer.closed(this, failure);
        }
    }

    private void failAll(WireFailure failure) {
        List<GrpcCall> left = new ArrayList<>(pending.values());
        left.sort(Comparator.comparingLong(GrpcCall::correlation));
        left.forEach(call -> call.fail(failure.cause(), failure.message()));
    }

    @Override
    public void close() {
        String message = "the link to " + endpoint + " was closed here";
        refuse(Cause.CLOSED, message);
        goDown(new WireFailure(Cause.CLOSED, Happened.PERHAPS, message));
    }

    private void letGo() {
        wire.forget(this);
        outbox.close();
        deadlines.close();
        onLoop(() -> {
            if (connected != null) {
                connected.call().cancel("the link is down", null);
                connected.channel().shutdownNow();
            }
        });
    }

    /// A frame that wants no reply.
    private final class Message implements Item {
        private final Frame frame;
        private final int length;

        Message(Frame frame, int length) {
            this.frame = frame;
            this.length = length;
        }

        @Override
        public int encodedBytes() {
            return Packets.frameBytes(length);
        }

        @Override
        public boolean take() {
            sendsQueued.decrementAndGet();
            return true;
        }

        @Override
        public void writeTo(ByteBuffer target, FrameEncoder encoder) {
            Packets.writeFrame(frame, length, 0, 0, target, encoder);
        }
    }

    /// Tells the peer that a call was given up.
    private record Cancellation(long correlation) implements Item {
        @Override
        public int encodedBytes() {
            return Packets.CANCELLATION_BYTES;
        }

        @Override
        public boolean take() {
            return true;
        }

        @Override
        public void writeTo(ByteBuffer target, FrameEncoder encoder) {
            Packets.writeCancellation(correlation, target);
        }
    }
}
