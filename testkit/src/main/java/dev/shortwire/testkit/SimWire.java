package dev.shortwire.testkit;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.spi.Scheduler.Timer;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import java.util.ArrayList;
import java.util.List;

/// The wire of one simulated process. A connection is refused only where no process listens any more; a cut network
/// answers nothing, so that connecting over it ends by its timeout.
final class SimWire implements Wire {
    static final String NAME = "sim";

    private final SimNetwork network;
    private final SimProcess process;
    private final List<SimListener> listeners = new ArrayList<>();
    private final List<SimLink> links = new ArrayList<>();
    private boolean closed;

    SimWire(SimNetwork network, SimProcess process) {
        this.network = network;
        this.process = process;
    }

    @Override
    public String name() {
        return network.wire();
    }

    SimProcess process() {
        return process;
    }

    SimNetwork network() {
        return network;
    }

    @Override
    public Listener listen(String address, FrameHandler handler) {
        require(network.listener(address) == null, "sim address " + address + " must be free; set another");
        SimListener listener = new SimListener(network, process, new Endpoint(network.wire(), address), handler);
        network.listen(address, listener);
        listeners.add(listener);
        return listener;
    }

    @Override
    public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
        String from = process.name();
        String to = endpoint.address();
        boolean[] done = new boolean[1];
        Timer timer = process.after(timeoutNanos, "connect timeout", () -> {
            done[0] = true;
            observer.refused(new WireFailure(Cause.DEADLINE, Happened.NO, to + " did not answer"));
        });
        network.simulation().after(network.delay(from, to), "connect " + to, () -> {
            if (network.isCut(from, to) || network.isCut(to, from)) {
                return;
            }
            SimListener listener = network.listener(to);
            process.after(network.delay(to, from), listener == null ? "refused" : "connected", () -> {
                if (done[0]) {
                    return;
                }
                timer.cancel();
                if (listener == null || closed || network.isDead()) {
                    observer.refused(new WireFailure(Cause.REFUSED, Happened.NO, "nobody listens at " + to));
                } else {
                    open(endpoint, listener, observer);
                }
            });
        });
    }

    private void open(Endpoint endpoint, SimListener listener, LinkObserver observer) {
        SimLink link = new SimLink(this, endpoint, listener, observer);
        links.add(link);
        network.add(link);
        observer.opened(link);
        if (!listener.process().isAlive()) {
            link.reset("closed, the process at its other end is gone");
        }
    }

    void forget(SimLink link) {
        links.remove(link);
        network.forget(link);
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(listeners).forEach(SimListener::close);
        List.copyOf(links).forEach(SimLink::close);
    }
}
