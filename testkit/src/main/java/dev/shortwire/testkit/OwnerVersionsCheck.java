package dev.shortwire.testkit;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.Version;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.Outcome;
import dev.shortwire.cluster.Routing;
import dev.shortwire.wire.Frame;
import java.util.HashMap;
import java.util.Map;

/// A value never goes back to an older version at its owner. For each process, registry incarnation and key:
///
/// - each version that the store accepts is greater than those accepted before;
/// - a request that arrives (or a call of the node's own client that starts) after a version was stored or answered is
///   answered with that version or a greater one. Those who asked before may get the older one: they wait for a load
///   that has been overtaken.
///
/// Degraded answers, which are no owner's, absences without a version, and answers to what was asked under another life
/// of the registry are left out.
final class OwnerVersionsCheck extends Check {
    static final String NAME = "a value never goes back at its owner";

    private final Simulation simulation;
    private final Map<Key, Version> accepted = new HashMap<>();
    private final Map<Key, Version> seen = new HashMap<>();
    private final Map<SimCall, Asked> asked = new HashMap<>();

    private record Key(long process, long registryIncarnation, String group, String key) {}

    /// What was known of a key when somebody asked for it.
    private record Asked(Key at, Version floor) {}

    OwnerVersionsCheck(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    void viewAdopted(SimNode node, Routing before, Routing after) {
        if (after.view().registryIncarnation() != before.view().registryIncarnation()) {
            accepted.keySet().removeIf(key -> key.process == node.process().number());
            seen.keySet().removeIf(key -> key.process == node.process().number());
        }
    }

    @Override
    void stored(SimNode node, String group, String key, Entry entry, boolean taken, boolean landing) {
        if (!taken) {
            return;
        }
        Key at = key(node, group, key);
        Version before = accepted.put(at, entry.version());
        if (before != null && !entry.version().isNewerThan(before)) {
            simulation.violated(NAME, node + " stored " + entry.version() + " of " + group + "/" + key + " after "
                    + before, null);
        }
        raise(at, entry.version());
    }

    @Override
    void callStarted(SimCall call) {
        Key at = key(call.node(), call.group(), call.key());
        asked.put(call, new Asked(at, floor(at)));
    }

    @Override
    void callEnded(SimCall call) {
        Asked known = asked.remove(call);
        if (known != null && call.outcome() instanceof Outcome.Answered answered
                && known.at.equals(key(call.node(), call.group(), call.key()))) {
            Answer<Bytes> answer = answered.answer();
            if (answer.owner().equals(call.node().name()) && !answer.degraded()
                    && !answer.version().equals(Version.NONE)) {
                check(known.at, known.floor, answer.version(), call.toString());
            }
        }
    }

    @Override
    Answering arrived(SimNode node, Frame request) {
        if (request.kind() < Protocol.GET || request.kind() > Protocol.REMOVE) {
            return Answering.NOBODY;
        }
        Key at = key(node, request.group(), request.key());
        Version floor = floor(at);
        return reply -> {
            Version version = Protocol.version(reply);
            if (Protocol.isAnswer(reply) && !version.equals(Version.NONE)
                    && at.equals(key(node, request.group(), request.key()))) {
                // The answer to a repeated write has the version of the first one.
                if (request.kind() == Protocol.GET) {
                    check(at, floor, version, "the answer of " + node + " to " + request);
                } else {
                    raise(at, version);
                }
            }
        };
    }

    private void check(Key at, Version floor, Version version, String who) {
        if (floor.isNewerThan(version)) {
            simulation.violated(NAME, who + " has version " + version + " of " + at.group + "/" + at.key
                    + ", but when it was asked for the owner had stored or answered " + floor, null);
        }
        raise(at, version);
    }

    private Version floor(Key at) {
        return seen.getOrDefault(at, Version.NONE);
    }

    private void raise(Key at, Version version) {
        seen.merge(at, version, (a, b) -> b.isNewerThan(a) ? b : a);
    }

    private static Key key(SimNode node, String group, String key) {
        return new Key(node.process().number(), node.cluster().routing().view().registryIncarnation(), group, key);
    }
}
