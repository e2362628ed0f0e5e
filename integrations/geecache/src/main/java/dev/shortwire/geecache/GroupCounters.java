package dev.shortwire.geecache;

import dev.shortwire.Stats;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/// What a group counts. Written by any thread.
final class GroupCounters {
    final LongAdder gets = new LongAdder();
    final LongAdder hits = new LongAdder();
    final LongAdder peerErrors = new LongAdder();
    final LongAdder serverRequests = new LongAdder();
    private final LongAdder peerLoads = new LongAdder();
    private final LongAdder loads = new LongAdder();
    private final LongAdder loadsDeduped = new LongAdder();
    private final LongAdder degraded = new LongAdder();
    private final LongAdder localLoads = new LongAdder();
    private final LongAdder localLoadErrors = new LongAdder();
    private final LongAdder loadNanos = new LongAdder();
    private final LongAccumulator loadNanosMax = new LongAccumulator(Math::max, 0);

    /// One read that the store did not answer at first, by a caller or by a peer.
    void answered(Read read, boolean byPeer) {
        switch (read.source()) {
            case OWN -> countHit(byPeer);
            case PEER -> peerLoads.increment();
            case LOADER -> {
                loads.increment();
                if (read.shared()) {
                    loadsDeduped.increment();
                }
            }
        }
        if (read.degraded()) {
            degraded.increment();
        }
    }

    /// A value that came while the read was on its way to the loader. Peers' hits have no count of their own.
    private void countHit(boolean byPeer) {
        if (!byPeer) {
            hits.increment();
        }
    }

    /// The end of one load that was this node's own, run or given up.
    void loaded(boolean failed) {
        (failed ? localLoadErrors : localLoads).increment();
    }

    void loadTook(long nanos) {
        loadNanos.add(nanos);
        loadNanosMax.accumulate(nanos);
    }

    Stats read(BoundedStore store) {
        return new Stats(gets.sum(), hits.sum(), peerLoads.sum(), peerErrors.sum(), loads.sum(), loadsDeduped.sum(),
                localLoads.sum(), localLoadErrors.sum(), serverRequests.sum(), degraded.sum(), 0, store.evictions(),
                loadNanos.sum(), loadNanosMax.get(), store.count(), store.sizeBytes());
    }
}
