package dev.shortwire.testkit;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.cache.GroupLoader.LoadResult;
import org.jspecify.annotations.Nullable;

/// Passes a load's result on and tells the checks what became of it. A process that is dead or paused tells nothing, or
/// later.
final class WatchedResult implements LoadResult {
    private final SimulatedCluster cluster;
    private final SimNode node;
    private final String group;
    private final String key;
    private final long flightStartNanos;
    private final LoadResult result;

    WatchedResult(SimulatedCluster cluster, SimNode node, String group, String key, long flightStartNanos,
            LoadResult result) {
        this.cluster = cluster;
        this.node = node;
        this.group = group;
        this.key = key;
        this.flightStartNanos = flightStartNanos;
        this.result = result;
    }

    @Override
    public void loaded(Bytes value, String contentType) {
        tell(() -> result.loaded(value, contentType));
    }

    @Override
    public void absent() {
        tell(result::absent);
    }

    @Override
    public void failed(FailureKind kind, String message, @Nullable Throwable cause) {
        tell(() -> result.failed(kind, message, cause));
    }

    /// As an event of the node's own, after the one that brought the result: so that the machine is idle and takes it
    /// at once.
    private void tell(Runnable telling) {
        node.process().after(0, "load of " + group + "/" + key + " ends", () -> {
            boolean kept = node.landing(group, key, telling);
            cluster.checks().forEach(check -> check.loadEnded(node, group, key, flightStartNanos, kept));
        });
    }
}
