package dev.shortwire.wire.http;

import dev.shortwire.Bytes;
import dev.shortwire.http.BlockingCall;
import dev.shortwire.http.BlockingPool;
import dev.shortwire.http.ConnectionPool;
import dev.shortwire.http.HttpCall;
import dev.shortwire.http.HttpClient;
import dev.shortwire.http.HttpClientOptions;
import dev.shortwire.http.HttpFailure;
import dev.shortwire.http.HttpLoops;
import dev.shortwire.http.HttpOutcome;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.HttpResponse;
import dev.shortwire.spi.HostPort;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireSettings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A link over HTTP: one connection that lives as long as the link, and others that come and go with the calls.
///
/// The lasting one, the *keeper*, is opened and greeted before the link counts as open, and the server never closes it
/// for being idle. So its end is the peer's doing or the peer's death, and ends the link. It also carries what is sent
/// one way, one frame after the other, which keeps the order; should one get lost, the link ends, since what follows
/// must not arrive without it.
///
/// Where the greeting says that the peer speaks HTTP/2, small calls share a connection of that kind.
///
/// Where a caller lends its thread, and there is no TLS, it writes and reads on a connection of a third kind with that
/// thread, so that no other has to be woken.
///
/// States: opening → open → down, each left once.
final class HttpLink implements Link {
    private static final int MAX_CONNECTIONS = 256;
    /// More callers that wait than that are served better by a thread that reads for many of them.
    private static final int MAX_LENT_CONNECTIONS = 32;
    private static final long SEND_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /// What all requests with frames have in common.
    private static final HttpRequest POST = HttpRequest.of("POST", HttpWire.PATH).header("Content-Type",
            HttpWire.MEDIA_TYPE);

    private enum State { OPENING, OPEN, DOWN }

    private final HttpWire wire;
    private final Endpoint endpoint;
    private final WireSettings settings;
    private final HttpLoops loops;
    private final Wire.LinkObserver observer;
    private final @Nullable LinkTls tls;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPENING);
    private final AtomicInteger callsInFlight = new AtomicInteger();
    private final AtomicInteger sendsInFlight = new AtomicInteger();
    private final AtomicLong sendBytesInFlight = new AtomicLong();
    private final AtomicLong lastCorrelation = new AtomicLong();
    private volatile @Nullable ConnectionPool keeper;
    private volatile @Nullable ConnectionPool carriers;
    private volatile @Nullable BlockingPool lent;

    HttpLink(HttpWire wire, Endpoint endpoint, WireSettings settings, HttpLoops loops, Wire.LinkObserver observer) {
        this.wire = wire;
        this.endpoint = endpoint;
        this.settings = settings;
        this.loops = loops;
        this.observer = observer;
        Tls certificates = settings.tls();
        this.tls = certificates == null ? null : new LinkTls(certificates);
    }

    // ---- opening

    void open(long timeoutNanos) {
        HostPort address = HostPort.parse(endpoint.address());
        Duration connectTimeout = Duration.ofNanos(Math.clamp(timeoutNanos, 1_000_000L, 60_000_000_000L));
        HttpClientOptions options = HttpClientOptions.DEFAULT.withConnectTimeout(connectTimeout)
                .withMaxResponseBytes(settings.maxFrameBytes()).withMaxQueued(settings.maxCallsInFlight());
        HttpClient client = new HttpClient(options, settings.scheduler(), loops, tls);
        ConnectionPool kept = client.open(address, options.withMaxConnections(1).withIdleTimeout(Duration.ZERO),
                left -> keeperLost());
        keeper = kept;
        carriers = client.open(address,
                options.withMaxConnections(Math.min(MAX_CONNECTIONS, settings.maxCallsInFlight())), left -> {});
        if (tls == null) {
            lent = client.openBlocking(address, options.withMaxConnections(MAX_LENT_CONNECTIONS));
        }
        var _ = kept.call(HttpRequest.of("GET", HttpWire.PATH), timeoutNanos, new HttpOutcome() {
            @Override
            public void answered(HttpResponse response) {
                greeted(response);
            }

            @Override
            public void failed(HttpFailure failure) {
                refuse(new WireFailure(Failures.causeOf(failure), Happened.NO, failure.message()));
            }
        });
    }

    private void greeted(HttpResponse response) {
        if (response.status() != 204) {
            refuse(new WireFailure(Cause.CORRUPT, Happened.NO, "what answers at " + endpoint
                    + " is no node: it greets with status " + response.status() + "; check the address"));
        } else if (state.compareAndSet(State.OPENING, State.OPEN)) {
            ConnectionPool carrying = carriers;
            if (carrying != null && WireRoute.HTTP_2.equals(response.header(WireRoute.SPEAKS))) {
                carrying.share();
            }
            observer.opened(this);
        }
    }

    private void refuse(WireFailure failure) {
        if (state.compareAndSet(State.OPENING, State.DOWN)) {
            letGo();
            observer.refused(failure);
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
        WireFailure refusal = refusal(request, timeoutNanos);
        ConnectionPool pool = carriers;
        if (refusal != null || pool == null) {
            outcome.failed(refusal == null ? WireFailure.closedBefore(endpoint) : refusal);
            return () -> {};
        }
        long correlationId = lastCorrelation.incrementAndGet();
        HttpRequest post = post(request, correlationId, Math.max(1, TimeUnit.NANOSECONDS.toMicros(timeoutNanos)));
        CallInFlight inFlight = new CallInFlight(correlationId, outcome);
        BlockingPool direct = lent;
        BlockingCall read = direct == null || !outcome.lends() ? null : direct.call(post, timeoutNanos, inFlight);
        if (read != null) {
            return new LentCall(read);
        }
        HttpCall call = pool.call(post, timeoutNanos, inFlight);
        return call::cancel;
    }

    /// A call whose caller reads the reply.
    private record LentCall(BlockingCall call) implements Call {
        @Override
        public void cancel() {
            call.cancel();
        }

        @Override
        public void lend() {
            call.await();
        }
    }

    /// Why the request can't go out, or null: then a credit is taken.
    private @Nullable WireFailure refusal(Frame request, long timeoutNanos) {
        if (!isOpen()) {
            return WireFailure.closedBefore(endpoint);
        }
        int length = FrameCodec.encodedLength(request);
        if (length > settings.maxFrameBytes()) {
            return WireFailure.tooLarge(endpoint, length, settings.maxFrameBytes());
        }
        if (timeoutNanos <= 0) {
            return WireFailure.noTimeLeft(endpoint);
        }
        if (callsInFlight.incrementAndGet() > settings.maxCallsInFlight()) {
            callsInFlight.decrementAndGet();
            return WireFailure.tooManyCalls(endpoint, settings.maxCallsInFlight());
        }
        return null;
    }

    private static HttpRequest post(Frame frame, long correlationId, long remainingMicros) {
        return POST.body(Bytes.adopt(FrameCodec.encode(frame, correlationId, remainingMicros)));
    }

    @Override
    public boolean send(Frame message) {
        int length = FrameCodec.encodedLength(message);
        ConnectionPool pool = keeper;
        if (!isOpen() || pool == null || length > settings.maxFrameBytes() || !takeSendCredit(length)) {
            return false;
        }
        var _ = pool.call(post(message, 0, 0), SEND_TIMEOUT_NANOS, new HttpOutcome() {
            @Override
            public void answered(HttpResponse response) {
                giveSendCredit(length);
                if (!Failures.hasArrived(response)) {
                    sendLost("it was answered with status " + response.status());
                }
            }

            @Override
            public void failed(HttpFailure failure) {
                giveSendCredit(length);
                sendLost(failure.message());
            }
        });
        return true;
    }

    private void sendLost(String why) {
        goDown(new WireFailure(Cause.CLOSED, Happened.PERHAPS, "a one-way frame to " + endpoint + " was lost: " + why));
    }

    private boolean takeSendCredit(int length) {
        boolean few = sendsInFlight.incrementAndGet() <= settings.maxCallsInFlight();
        boolean small = sendBytesInFlight.addAndGet(length) <= 4L * settings.maxFrameBytes();
        if (few && small) {
            return true;
        }
        giveSendCredit(length);
        return false;
    }

    private void giveSendCredit(int length) {
        sendsInFlight.decrementAndGet();
        sendBytesInFlight.addAndGet(-length);
    }

    // ---- down

    private void keeperLost() {
        if (state.get() == State.OPENING) {
            return;
        }
        if (state.compareAndSet(State.OPEN, State.DOWN)) {
            letGo();
            new Obituary(endpoint, settings, loops, tls, failure -> observer.closed(this, failure)).ask();
        }
    }

    void goDown(WireFailure failure) {
        if (state.compareAndSet(State.OPEN, State.DOWN)) {
            letGo();
            observer.closed(this, failure);
        }
    }

    @Override
    public void close() {
        WireFailure failure = new WireFailure(Cause.CLOSED, Happened.PERHAPS,
                "the link to " + endpoint + " was closed here");
        refuse(failure);
        goDown(failure);
    }

    private void letGo() {
        wire.forget(this);
        ConnectionPool kept = keeper;
        ConnectionPool carrying = carriers;
        BlockingPool reading = lent;
        if (kept != null && carrying != null) {
            kept.close();
            carrying.close();
        }
        if (reading != null) {
            reading.close();
        }
    }

    /// A call that the peer has not answered yet.
    private final class CallInFlight implements HttpOutcome {
        private final long correlationId;
        private final CallOutcome outcome;

        CallInFlight(long correlationId, CallOutcome outcome) {
            this.correlationId = correlationId;
            this.outcome = outcome;
        }

        @Override
        public void answered(HttpResponse response) {
            callsInFlight.decrementAndGet();
            switch (Failures.read(response, correlationId, endpoint)) {
                case Failures.Reply(Frame frame) -> replied(frame);
                case Failures.None(WireFailure failure) -> {
                    outcome.failed(failure);
                    if (failure.cause() == Cause.CLOSED) {
                        goDown(failure);
                    }
                }
            }
        }

        private void replied(Frame frame) {
            LinkTls proof = tls;
            if (proof == null || proof.maySendAs(frame.sender())) {
                outcome.reply(frame);
            } else {
                outcome.failed(new WireFailure(Cause.CORRUPT, Happened.PERHAPS,
                        "the reply of " + endpoint + " is not believed: " + proof.peer().refusal(frame.sender())));
            }
        }

        @Override
        public void failed(HttpFailure failure) {
            callsInFlight.decrementAndGet();
            Happened happened = failure.sent() ? Happened.PERHAPS : Happened.NO;
            outcome.failed(new WireFailure(Failures.causeOf(failure), happened, failure.message()));
        }
    }
}
