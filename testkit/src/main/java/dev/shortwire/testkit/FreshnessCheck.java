package dev.shortwire.testkit;

import dev.shortwire.Bytes;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.Outcome;
import dev.shortwire.wire.Frame;
import java.util.HashMap;
import java.util.Map;

/// Whoever asks after a write or removal gets nothing that was read from the origin before it: at the process that
/// accepted the write, a request that arrives later is answered with what the origin had at that instant, or something
/// newer, or a value that was put. Answers marked stale or degraded are left out.
final class FreshnessCheck extends Check {
    static final String NAME = "nothing loaded before a removal is read after it";

    private final Simulation simulation;
    private final SimOrigin origin;
    private final Map<Key, Long> least = new HashMap<>();
    private final Map<SimCall, Long> floors = new HashMap<>();

    private record Key(long process, String group, String key) {}

    FreshnessCheck(Simulation simulation, SimOrigin origin) {
        this.simulation = simulation;
        this.origin = origin;
    }

    @Override
    void stored(SimNode node, String group, String key, Entry entry, boolean accepted, boolean landing) {
        if (accepted && !landing) {
            least.put(new Key(node.process().number(), group, key), origin.version(key));
        }
    }

    @Override
    void callStarted(SimCall call) {
        if (call.kind() == SimCall.Kind.GET) {
            floors.put(call, floor(call.node(), call.group(), call.key()));
        }
    }

    @Override
    void callEnded(SimCall call) {
        Long floor = floors.remove(call);
        if (floor != null && call.outcome() instanceof Outcome.Answered answered) {
            Bytes value = answered.answer().value();
            boolean own = answered.answer().owner().equals(call.node().name()) && !answered.answer().stale()
                    && !answered.answer().degraded();
            if (own && value != null) {
                check(floor, value.utf8(), call.toString());
            }
        }
    }

    @Override
    Answering arrived(SimNode node, Frame request) {
        if (request.kind() != Protocol.GET) {
            return Answering.NOBODY;
        }
        long floor = floor(node, request.group(), request.key());
        return reply -> check(floor, Protocol.freshValue(reply), "the answer of " + node + " to " + request);
    }

    private void check(long floor, String value, String who) {
        long version = SimOrigin.versionOf(value);
        if (version >= 0 && version < floor) {
            simulation.violated(NAME, who + " is \"" + value + "\", but the origin had version " + floor
                    + " when the key was last written or removed before it was asked for", null);
        }
    }

    private long floor(SimNode node, String group, String key) {
        return least.getOrDefault(new Key(node.process().number(), group, key), -1L);
    }
}
