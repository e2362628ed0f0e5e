package dev.shortwire.wire;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// The wire between nodes of one JVM: a method call. The peer's handler runs on the caller's thread, the outcome on the
/// thread that replies; there is no other thread, so that a simulated cluster can run on it.
///
/// It is no exception to the contract of wires. Nothing mutable is shared, because frames are immutable; limits of
/// length and of calls in flight, deadlines, cancellation and closing are those of a wire between hosts. What a handler
/// or an outcome throws stays on its own side.
public final class InProcessWire implements Wire {
    public static final String NAME = "in-process";

    private static final AtomicLong LAST_NUMBER = new AtomicLong();

    private final WireSettings settings;
    private final InProcessNetwork network;
    private final String label = "in-process-" + LAST_NUMBER.incrementAndGet();
    private final ConcurrentLinkedQueue<InProcessListener> listeners = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<InProcessLink> links = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /// A wire that reaches whoever listens on the same network.
    public InProcessWire(WireSettings settings, InProcessNetwork network) {
        this.settings = settings;
        this.network = network;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Listener listen(String address, FrameHandler handler) {
        require(!closed, "in-process wire must be open to listen; create another one");
        InProcessListener listener = network.listen(address, this, handler);
        listeners.add(listener);
        if (closed) {
            listener.close();
        }
        return listener;
    }

    @Override
    public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
        if (closed) {
            observer.refused(new WireFailure(Cause.CLOSED, Happened.NO, "this in-process wire is closed"));
            return;
        }
        InProcessListener listener = network.at(endpoint.address());
        if (listener == null) {
            refuse(endpoint, observer);
            return;
        }
        InProcessLink link = new InProcessLink(this, endpoint, listener, observer, label);
        links.add(link);
        if (listener.add(link)) {
            link.opened();
            if (closed) {
                link.close();
            }
        } else {
            links.remove(link);
            refuse(endpoint, observer);
        }
    }

    private static void refuse(Endpoint endpoint, LinkObserver observer) {
        observer.refused(new WireFailure(Cause.REFUSED, Happened.NO,
                "nobody listens at " + endpoint + "; check that the peer runs in this JVM"));
    }

    WireSettings settings() {
        return settings;
    }

    void forget(InProcessListener listener) {
        listeners.remove(listener);
    }

    void forget(InProcessLink link) {
        links.remove(link);
    }

    @Override
    public void close() {
        closed = true;
        for (InProcessListener l = listeners.poll(); l != null; l = listeners.poll()) {
            l.close();
        }
        for (InProcessLink l = links.poll(); l != null; l = links.poll()) {
            l.close();
        }
    }
}
