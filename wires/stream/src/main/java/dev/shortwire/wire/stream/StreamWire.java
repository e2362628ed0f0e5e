package dev.shortwire.wire.stream;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import dev.shortwire.wire.WireSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A wire over ordered streams of bytes, whatever carries them: Unix sockets, TCP, shared memory. The [Transport] makes
/// the pipes; links, calls, bursts, deadlines and limits are the same for all, and are here. Every link is a [VouchedLink].
public final class StreamWire implements Wire {
    private static final long MIN_PENDING_BYTES = 1 << 20;
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final WireSettings settings;
    private final Transport transport;
    private final String name;
    private final BufferPool buffers = new BufferPool();
    private final SpareCores cores = new SpareCores();
    private final FaultLog faults;
    private final Watchdog watchdog;
    private final Set<StreamListener> listeners = ConcurrentHashMap.newKeySet();
    private final Set<StreamListener> closing = ConcurrentHashMap.newKeySet();
    private final Set<StreamLink> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger chores = new AtomicInteger();
    private volatile boolean closed;

    /// A wire whose name is that of `transport`.
    public StreamWire(WireSettings settings, Transport transport) {
        this.settings = settings;
        this.transport = transport;
        this.name = transport.name();
        this.faults = new FaultLog(name);
        this.watchdog = new Watchdog(this);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Listener listen(String address, FrameHandler handler) {
        require(!closed, name + " wire must be open to listen; create another one");
        StreamListener listener = new StreamListener(this, transport.listen(address), handler);
        listeners.add(listener);
        listener.start();
        if (closed) {
            listener.close();
        }
        return listener;
    }

    @Override
    public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
        if (closed || timeoutNanos <= 0) {
            observer.refused(new WireFailure(closed ? Cause.CLOSED : Cause.DEADLINE, Happened.NO,
                    "the " + name + " wire is closed, or no time was left"));
            return;
        }
        chore("connect", () -> {
            StreamLink link = connected(endpoint, timeoutNanos, observer);
            if (link != null) {
                link.open();
                watchdog.start();
            }
        });
    }

    private @Nullable StreamLink connected(Endpoint endpoint, long timeoutNanos,
            LinkObserver observer) {
        long deadline = System.nanoTime() + timeoutNanos;
        Pipe pipe = null;
        WireFailure failure;
        try {
            pipe = transport.connect(endpoint.address(), timeoutNanos);
            Preface peer = greet(pipe, deadline - System.nanoTime());
            StreamLink link = new StreamLink(this, endpoint, pipe, peer, observer);
            links.add(link);
            if (closed) {
                link.close();
            }
            return link;
        } catch (ConnectException e) {
            failure = refusal(Cause.REFUSED, endpoint, e);
        } catch (SocketTimeoutException e) {
            failure = refusal(Cause.DEADLINE, endpoint, e);
        } catch (FrameException e) {
            failure = refusal(Cause.CORRUPT, endpoint, e);
        } catch (IOException | RuntimeException e) {
            failure = refusal(Cause.CLOSED, endpoint, e);
        }
        if (pipe != null) {
            pipe.close();
        }
        observer.refused(failure);
        return null;
    }

    private static WireFailure refusal(Cause cause, Endpoint endpoint, Exception fault) {
        return new WireFailure(cause, Happened.NO, "no link to " + endpoint + ": " + fault.getMessage());
    }

    /// Says the preface and awaits the peer's.
    Preface greet(Pipe pipe, long timeoutNanos) throws IOException, FrameException {
        long deadline = System.nanoTime() + timeoutNanos;
        new Preface(settings.maxFrameBytes()).writeTo(pipe, deadline);
        return Preface.readFrom(pipe, deadline);
    }

    /// Finds out whether the peer of a lost link is gone, and tells.
    void obituary(Endpoint endpoint, WireFailure failure, Consumer<WireFailure> told) {
        chore("obituary", new Obituary(this, endpoint, failure, told)::write);
    }

    private void chore(String what, Runnable work) {
        chores.incrementAndGet();
        Thread.ofVirtual().name("shortwire-" + name + "-" + what).start(() -> {
            try {
                work.run();
            } finally {
                chores.decrementAndGet();
            }
        });
    }

    // ---- for the parts

    WireSettings settings() {
        return settings;
    }

    Transport transport() {
        return transport;
    }

    BufferPool buffers() {
        return buffers;
    }

    SpareCores cores() {
        return cores;
    }

    FaultLog faults() {
        return faults;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    long nanoTime() {
        return settings.clock().nanoTime();
    }

    /// How many bytes may wait on a link for a peer that does not read.
    long maxPendingBytes() {
        return Math.max(MIN_PENDING_BYTES, 2L * settings.maxFrameBytes());
    }

    Set<StreamLink> links() {
        return links;
    }

    boolean isClosed() {
        return closed;
    }

    void forget(StreamLink link) {
        links.remove(link);
    }

    void forget(StreamListener listener) {
        closing.removeIf(StreamListener::isQuiet);
        if (listeners.remove(listener)) {
            closing.add(listener);
        }
    }

    @Override
    public void close() {
        closed = true;
        listeners.forEach(StreamListener::close);
        links.forEach(StreamLink::close);
        watchdog.stop();
        long deadline = System.nanoTime() + CLOSING_NANOS;
        while (System.nanoTime() - deadline < 0 && !isQuiet()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private boolean isQuiet() {
        return chores.get() == 0 && watchdog.hasEnded() && closing.stream().allMatch(StreamListener::isQuiet);
    }
}
