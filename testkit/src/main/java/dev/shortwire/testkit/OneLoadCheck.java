package dev.shortwire.testkit;

import dev.shortwire.cache.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongBiFunction;

/// One load per key and stretch of ownership.
///
/// A *stretch* is the time in which a process owns a key in the views that it adopts, one epoch after the other, as the
/// same incarnation. A flight that began within the present stretch of its node counts; loads that a node does for a key
/// that it does not own (degraded) do not. Of two flights of a key that count, there must be a *reason* at or between
/// their beginnings:
///
/// - a write or removal was accepted;
/// - the load before failed, or took longer than its load timeout, or brought an absence or value that the store did not
///   keep;
/// - what the load before had brought was no longer fresh;
/// - entries were dropped for space.
final class OneLoadCheck extends Check {
    static final String NAME = "one load per key and stretch of ownership";

    private final Simulation simulation;
    private final ToLongBiFunction<String, String> hash;
    private final ToLongBiFunction<String, String> timeouts;
    private final Map<Key, Loads> loads = new HashMap<>();

    private record Key(long process, String group, String key) {}

    /// What is known of one key in one stretch.
    private static final class Loads {
        private long since = -1;
        private long lastStart = -1;
        private final List<Long> reasons = new ArrayList<>();
    }

    /// @param hash     of group and key
    /// @param timeouts the load timeout of a group, in nanoseconds; the key is ignored
    OneLoadCheck(Simulation simulation, ToLongBiFunction<String, String> hash,
            ToLongBiFunction<String, String> timeouts) {
        this.simulation = simulation;
        this.hash = hash;
        this.timeouts = timeouts;
    }

    @Override
    void loadStarted(SimNode node, String group, String key, long flightStart) {
        long since = node.ownedSince(hash.applyAsLong(group, key));
        if (since < 0 || flightStart < since) {
            return;
        }
        Loads known = of(node, group, key);
        if (known.since != since) {
            known.since = since;
            known.lastStart = -1;
            known.reasons.removeIf(at -> at < since);
        }
        long last = known.lastStart;
        if (last >= 0 && known.reasons.stream().noneMatch(at -> at >= last && at <= flightStart)) {
            simulation.violated(NAME, node + " loads " + group + "/" + key + " by a flight begun at "
                    + flightStart / 1000 + " µs, after one begun at " + last / 1000
                    + " µs, in the stretch of ownership since " + since / 1000 + " µs; reasons for another load: "
                    + known.reasons, null);
        }
        known.lastStart = flightStart;
        known.reasons.removeIf(at -> at < flightStart);
        known.reasons.add(flightStart + timeouts.applyAsLong(group, key));
    }

    @Override
    void loadEnded(SimNode node, String group, String key, long flightStart, boolean kept) {
        if (!kept) {
            of(node, group, key).reasons.add(simulation.nowNanos());
        }
    }

    @Override
    void stored(SimNode node, String group, String key, Entry entry, boolean accepted, boolean landing) {
        if (accepted && !landing) {
            of(node, group, key).reasons.add(simulation.nowNanos());
        }
        if (accepted && entry.freshUntilNanos() != Entry.NEVER) {
            of(node, group, key).reasons.add(node.process().worldTime(entry.freshUntilNanos()));
        }
    }

    @Override
    void dropped(SimNode node, String group, String key) {
        if (!key.isEmpty()) {
            of(node, group, key).reasons.add(simulation.nowNanos());
            return;
        }
        loads.forEach((at, known) -> {
            if (at.process == node.process().number() && at.group.equals(group)) {
                known.reasons.add(simulation.nowNanos());
            }
        });
    }

    private Loads of(SimNode node, String group, String key) {
        return loads.computeIfAbsent(new Key(node.process().number(), group, key), k -> new Loads());
    }
}
