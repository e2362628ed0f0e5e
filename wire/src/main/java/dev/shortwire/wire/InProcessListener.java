package dev.shortwire.wire;

import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An address of an [InProcessNetwork] that is listened on, and the links that lead to it.
final class InProcessListener implements Wire.Listener {
    private static final Logger log = LoggerFactory.getLogger(InProcessListener.class);

    private final InProcessNetwork network;
    private final InProcessWire wire;
    private final String address;
    private final FrameHandler handler;
    private final ConcurrentLinkedQueue<InProcessLink> links = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean faultLogged = new AtomicBoolean();
    private volatile boolean closed;

    InProcessListener(InProcessNetwork network, InProcessWire wire, String address, FrameHandler handler) {
        this.network = network;
        this.wire = wire;
        this.address = address;
        this.handler = handler;
    }

    String address() {
        return address;
    }

    FrameHandler handler() {
        return handler;
    }

    int maxFrameBytes() {
        return wire.settings().maxFrameBytes();
    }

    @Override
    public Endpoint endpoint() {
        return new Endpoint(InProcessWire.NAME, address);
    }

    /// Notes a link that leads here, so that closing this end closes it.
    ///
    /// @return false if this end is closed already
    boolean add(InProcessLink link) {
        links.add(link);
        if (closed) {
            links.remove(link);
            return false;
        }
        return true;
    }

    void remove(InProcessLink link) {
        links.remove(link);
    }

    /// The handler threw. Its fault, not the caller's: told here once, and to the caller as a failure.
    void handlerFailed(Throwable fault) {
        if (faultLogged.compareAndSet(false, true)) {
            log.warn("The frame handler at in-process address {} threw; later faults of it are logged at debug level",
                    address, fault);
        } else {
            log.debug("The frame handler at in-process address {} threw", address, fault);
        }
    }

    @Override
    public void close() {
        closed = true;
        network.remove(this);
        wire.forget(this);
        for (InProcessLink link = links.poll(); link != null; link = links.poll()) {
            link.goDown(new WireFailure(Cause.CLOSED, Happened.PERHAPS,
                    "the peer at in-process address " + address + " closed the link"));
        }
    }
}
