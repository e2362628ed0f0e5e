package dev.shortwire.cache;

import dev.shortwire.Stats;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/// What a group counts. Each counter is written by any thread and read by whoever wants statistics.
final class Counters {
    /// Reads that the own store answered.
    final StripedCount hits = new StripedCount();
    /// Reads by own callers that it did not.
    final LongAdder misses = new LongAdder();
    final LongAdder peerLoads = new LongAdder();
    final LongAdder peerErrors = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder loadsDeduped = new LongAdder();
    final LongAdder localLoads = new LongAdder();
    final LongAdder localLoadErrors = new LongAdder();
    final LongAdder serverRequests = new LongAdder();
    final LongAdder degraded = new LongAdder();
    final LongAdder stale = new LongAdder();
    final LongAdder loadNanos = new LongAdder();
    final LongAccumulator loadNanosMax = new LongAccumulator(Math::max, 0);

    void loadTook(long nanos) {
        loadNanos.add(nanos);
        loadNanosMax.accumulate(nanos);
    }

    Stats read(Store store) {
        long hit = hits.sum();
        return new Stats(hit + misses.sum(), hit, peerLoads.sum(), peerErrors.sum(), loads.sum(), loadsDeduped.sum(),
                localLoads.sum(), localLoadErrors.sum(), serverRequests.sum(), degraded.sum(), stale.sum(),
                store.evictions(), loadNanos.sum(), loadNanosMax.get(), store.count(), store.sizeBytes());
    }
}
