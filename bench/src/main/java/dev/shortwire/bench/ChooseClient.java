package dev.shortwire.bench;

import dev.shortwire.GroupOptions;
import dev.shortwire.Node;
import dev.shortwire.Node.PeerLinks;
import dev.shortwire.RawCache;
import dev.shortwire.ShortwireException;
import dev.shortwire.node.Codecs;
import dev.shortwire.node.NodeBuilder;
import dev.shortwire.node.Shortwire;
import dev.shortwire.registry.Profile;
import dev.shortwire.wire.WireProvider;
import java.util.ServiceLoader;

/// A node of this process that owns nothing and asks the owner for one key again and again, one call at a time, over
/// wires that do as [Harms] says. Confined to one thread, but for [#links].
final class ChooseClient implements AutoCloseable {
    private static final int REMOVALS = 64;

    private final Node node;
    private final RawCache cache;
    private long calls;

    ChooseClient(String name, String wires, Profile owner, Harms harms) {
        NodeBuilder builder = Shortwire.node(name).cluster(ChooseOwner.CLUSTER).observer().wires(wires)
                .registry(FixedRegistry.of(ChooseOwner.REGISTRY_INCARNATION, owner));
        for (WireProvider provider : ServiceLoader.load(WireProvider.class)) {
            if (provider.unavailable() == null) {
                builder.wire(provider.name(),
                        settings -> new HarmedWire(provider.create(settings), harms, settings));
            }
        }
        node = builder.start();
        node.cache(ChooseOwner.GROUP, Codecs.bytes(), GroupOptions.DEFAULT, null);
        cache = node.raw(ChooseOwner.GROUP);
    }

    /// What a stretch of calls has shown.
    ///
    /// @param longestNanos the longest call
    /// @param firstFailure why the first one failed, empty where none did
    record Stretch(long calls, long failures, long nanos, long longestNanos, String firstFailure) {
        static final Stretch NONE = new Stretch(0, 0, 0, 0, "");

        Stretch plus(Stretch other) {
            return new Stretch(calls + other.calls, failures + other.failures, nanos + other.nanos,
                    Math.max(longestNanos, other.longestNanos),
                    firstFailure.isEmpty() ? other.firstFailure : firstFailure);
        }

        /// Calls per second.
        double rate() {
            return nanos == 0 ? 0 : 1e9 * calls / nanos;
        }
    }

    /// Calls until the time is over; the last call may end later.
    Stretch call(long nanos) {
        long begin = System.nanoTime();
        long last = begin;
        long done = 0;
        long failures = 0;
        long longest = 0;
        String first = "";
        while (last - begin < nanos) {
            try {
                if (++calls % REMOVALS == 0) {
                    cache.remove("gone");
                } else {
                    cache.ask(ChooseOwner.KEY, GroupOptions.DEFAULT.timeout());
                }
            } catch (ShortwireException e) {
                failures++;
                first = first.isEmpty() ? String.valueOf(e.getMessage()) : first;
            }
            long now = System.nanoTime();
            longest = Math.max(longest, now - last);
            last = now;
            done++;
        }
        return new Stretch(done, failures, last - begin, longest, first);
    }

    /// How the owner is reached now.
    PeerLinks links() {
        return node.links().getFirst();
    }

    @Override
    public void close() {
        node.close();
    }
}
