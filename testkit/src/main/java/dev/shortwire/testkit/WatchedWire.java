package dev.shortwire.testkit;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Wire;
import java.util.List;

/// The simulated wire, with the checks told of every request that arrives and of its answer.
final class WatchedWire implements Wire {
    private final SimWire wire;
    private final SimulatedCluster cluster;

    WatchedWire(SimNetwork network, SimProcess process, SimulatedCluster cluster) {
        this.wire = new SimWire(network, process);
        this.cluster = cluster;
    }

    @Override
    public String name() {
        return wire.name();
    }

    @Override
    public Listener listen(String address, FrameHandler handler) {
        return wire.listen(address, new FrameHandler() {
            @Override
            public void onCall(Frame request, Caller caller, long deadlineNanos, Replier replier) {
                SimNode node = cluster.node(wire.process().name());
                List<Check.Answering> waiting = cluster.checks().stream().map(c -> c.arrived(node, request)).toList();
                handler.onCall(request, caller, deadlineNanos, reply -> {
                    waiting.forEach(w -> w.answered(reply));
                    replier.reply(reply);
                });
            }

            @Override
            public void onSend(Frame message, Caller caller) {
                handler.onSend(message, caller);
            }
        });
    }

    @Override
    public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
        wire.connect(endpoint, timeoutNanos, observer);
    }

    @Override
    public void close() {
        wire.close();
    }
}
