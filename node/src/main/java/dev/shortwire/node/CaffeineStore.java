package dev.shortwire.node;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.shortwire.Version;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.Floors;
import dev.shortwire.cache.Store;
import dev.shortwire.ring.Range;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The store of a real node: Caffeine, bounded by encoded bytes, which keeps what is read often and recently (W-TinyLFU).
/// Reads come from any thread; writes are safe from any thread too, though the machine makes them one by one.
///
/// **Time.** Caffeine is told of no expiry: whoever reads an entry compares its instants with the clock, the sweep drops
/// what is over, and so neither a read nor a write pays for a timer wheel.
///
/// **Floors.** Before a tombstone leaves the map its floor is raised, on every way out. Evictions do it in Caffeine's
/// eviction listener, which runs inside the map's atomic removal of that key: a reader who no longer finds the tombstone
/// sees the floor, and [#putIfNewer], which looks at both inside the same atomic step, lets nothing slip between.
///
/// **Upkeep.** A write does Caffeine's bookkeeping itself, so the bound holds again when it returns, unless another thread
/// is at the bookkeeping just then. What reads leave to be done, [Upkeep] does: done by the readers it would cost them as
/// much as the reads. Whoever asks for counts first does what is due, so they are exact.
final class CaffeineStore implements Store {
    /// Makes the stores of a real node.
    static final Factory FACTORY = (group, capacityBytes, decodedToo, hash) -> new CaffeineStore(capacityBytes,
            decodedToo, hash);

    /// Beyond this Caffeine counts no further; no machine has it.
    private static final long MOST_BYTES = Long.MAX_VALUE - Integer.MAX_VALUE;

    private final KeyHash hash;
    private final Floors floors = new Floors();
    private final LongAdder evictions = new LongAdder();
    private final Cache<String, Entry> entries;
    private final Policy<String, Entry> policy;
    private final Policy.Eviction<String, Entry> bound;
    /// Who is writing. Plain: a thread looks only for itself, and one that another writer hid only hands its upkeep on.
    private @Nullable Thread writer;

    /// @param capacityBytes bound on the encoded bytes, 1 or more
    /// @param decodedToo    whether a value counts twice, for the decoded object remembered beside it
    CaffeineStore(long capacityBytes, boolean decodedToo, KeyHash hash) {
        this.hash = hash;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(Math.min(capacityBytes, MOST_BYTES))
                .weigher((String key, Entry entry) -> entry.sizeBytes(key) + (decodedToo ? entry.value().length() : 0))
                .evictionListener(this::evicted)
                .executor(this::keepUp)
                .build();
        this.policy = entries.policy();
        this.bound = policy.eviction().orElseThrow();
    }

    @Override
    public @Nullable Entry get(String key) {
        return entries.getIfPresent(key);
    }

    @Override
    public boolean putIfNewer(String key, Entry entry) {
        long at = hash.of(key);
        boolean[] accepted = new boolean[1];
        writer = Thread.currentThread();
        try {
            entries.asMap().compute(key, (same, present) -> {
                accepted[0] = (present == null || entry.version().isNewerThan(present.version()))
                        && entry.version().isNewerThan(floors.of(at));
                return accepted[0] ? entry : present;
            });
        } finally {
            writer = null;
        }
        return accepted[0];
    }

    @Override
    public void drop(String key, Version upTo) {
        Entry present = policy.getIfPresentQuietly(key);
        if (present != null && !present.version().isNewerThan(upTo)) {
            remove(key, hash.of(key), present);
        }
    }

    @Override
    public int dropIf(EntryPredicate condition) {
        int count = 0;
        for (Map.Entry<String, Entry> next : entries.asMap().entrySet()) {
            String key = next.getKey();
            long at = hash.of(key);
            if (condition.test(key, at, next.getValue()) && remove(key, at, next.getValue())) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void forEach(Range range, EntryVisitor visitor) {
        entries.asMap().forEach((key, entry) -> {
            long at = hash.of(key);
            if (range.contains(at)) {
                visitor.entry(key, at, entry);
            }
        });
    }

    @Override
    public Version floor(long at) {
        return floors.of(at);
    }

    @Override
    public void raiseFloor(long at, Version version) {
        floors.raise(at, version);
    }

    @Override
    public long count() {
        entries.cleanUp();
        return entries.estimatedSize();
    }

    @Override
    public long sizeBytes() {
        entries.cleanUp();
        return bound.weightedSize().orElseThrow();
    }

    @Override
    public long evictions() {
        entries.cleanUp();
        return evictions.sum();
    }

    @Override
    public void clear() {
        entries.invalidateAll();
        floors.clear();
    }

    @Override
    public void close() {
        clear();
    }

    /// Removes this very entry. The floor goes first, as everywhere.
    private boolean remove(String key, long at, Entry entry) {
        raiseIfTombstone(at, entry);
        boolean[] removed = new boolean[1];
        entries.asMap().computeIfPresent(key, (same, present) -> {
            removed[0] = present == entry;
            return removed[0] ? null : present;
        });
        return removed[0];
    }

    private void keepUp(Runnable task) {
        if (Thread.currentThread() == writer) {
            task.run();
        } else {
            Upkeep.THREAD.execute(task);
        }
    }

    private void evicted(@Nullable String key, @Nullable Entry entry, RemovalCause cause) {
        if (key != null && entry != null && cause == RemovalCause.SIZE) {
            raiseIfTombstone(hash.of(key), entry);
            evictions.increment();
        }
    }

    private void raiseIfTombstone(long at, Entry entry) {
        if (entry.kind() == Entry.Kind.TOMBSTONE) {
            floors.raise(at, entry.version());
        }
    }
}
