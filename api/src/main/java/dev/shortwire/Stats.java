package dev.shortwire;

/// What one node has counted for one group since it started, with groupcache's names. Each number only grows,
/// except `entries` and `sizeBytes`, which are now. The counts are read one after the other, not as one instant.
///
/// @param gets           reads asked of this node by its own callers, API included
/// @param hits           of these, answered from this node's own store
/// @param peerLoads      of these, answered by a peer
/// @param peerErrors     calls to a peer that failed
/// @param loads          reads that this node, as owner, could not answer from its store: `gets` and `serverRequests`
/// @param loadsDeduped   of these, joined a load that was under way
/// @param localLoads     loads that ran here and succeeded, absence included
/// @param localLoadErrors loads that ran here and failed
/// @param serverRequests reads that peers asked of this node
/// @param degraded       reads answered by a fallback because the owner could not be asked
/// @param stale          reads answered with an expired value on purpose
/// @param evictions      entries dropped for space
/// @param loadNanosTotal time spent in loads that ended, in nanoseconds
/// @param loadNanosMax   the longest of them, in nanoseconds
/// @param entries        entries now in this node's store
/// @param sizeBytes      their encoded size in bytes
public record Stats(long gets, long hits, long peerLoads, long peerErrors, long loads, long loadsDeduped,
        long localLoads,
        long localLoadErrors, long serverRequests, long degraded, long stale, long evictions, long loadNanosTotal,
        long loadNanosMax, long entries, long sizeBytes) {
    public static final Stats ZERO = new Stats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// The counts of two nodes together; `loadNanosMax` is the greater one.
    public Stats plus(Stats o) {
        return new Stats(gets + o.gets, hits + o.hits, peerLoads + o.peerLoads, peerErrors + o.peerErrors,
                loads + o.loads,
                loadsDeduped + o.loadsDeduped, localLoads + o.localLoads, localLoadErrors + o.localLoadErrors,
                serverRequests + o.serverRequests, degraded + o.degraded, stale + o.stale, evictions + o.evictions,
                loadNanosTotal + o.loadNanosTotal, Math.max(loadNanosMax, o.loadNanosMax), entries + o.entries,
                sizeBytes + o.sizeBytes);
    }
}
