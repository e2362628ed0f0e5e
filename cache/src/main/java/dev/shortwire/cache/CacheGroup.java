package dev.shortwire.cache;

import dev.shortwire.Bytes;
import dev.shortwire.GroupOptions;
import dev.shortwire.Limits;
import dev.shortwire.Stats;
import dev.shortwire.Version;
import dev.shortwire.spi.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One group on one node: its options, its store, its counters, and the path of a hit, the only one that is not an event
/// of the serialized machine. Safe for use by any thread, but for what is marked as the machine's.
public final class CacheGroup {
    private final String name;
    private final GroupOptions options;
    private final @Nullable GroupLoader loader;
    private final Store store;
    private final Store.KeyHash hash;
    private final Clock clock;
    private final Counters counters = new Counters();
    private final StripedCount hits = counters.hits;
    private final LoadGate gate;
    private final boolean decodedToo;
    /// The media type that a peer named last: nearly all values of a group have the same. Racing writers each store one
    /// that was checked, so plain access will do.
    private String peersContentType = "";

    CacheGroup(String name, GroupOptions options, @Nullable GroupLoader loader, Store store, Store.KeyHash hash,
            Clock clock, boolean decodedToo) {
        this.name = name;
        this.options = options;
        this.loader = loader;
        this.store = store;
        this.hash = hash;
        this.clock = clock;
        this.decodedToo = decodedToo;
        this.gate = new LoadGate(name, options);
    }

    public String name() {
        return name;
    }

    public GroupOptions options() {
        return options;
    }

    public boolean hasLoader() {
        return loader != null;
    }

    public Stats stats() {
        return counters.read(store);
    }

    /// Where a key lies on the ring.
    public long hash(String key) {
        return hash.of(key);
    }

    /// The entry that answers a read of `key` from this node's own store, a value or an absence; null where there is
    /// none. No lock, no change of thread, no allocation; the clock is read only for entries that end within a second.
    public @Nullable Entry hit(String key) {
        Entry entry = peerHit(key);
        if (entry != null) {
            hits.increment();
        }
        return entry;
    }

    /// Like [#hit], for a peer's request: not counted as a hit of our own callers.
    @Nullable
    Entry peerHit(String key) {
        Entry entry = store.get(key);
        if (entry == null || !entry.answersIn(generation())) {
            return null;
        }
        return entry.freshUntilNanos() == Entry.NEVER || isFreshNow(entry) ? entry : null;
    }

    /// Reading the clock keeps a processor from working on the next reads meanwhile and so costs more than all the rest of
    /// a hit. Whoever has more than a second left is fresh by a clock that is up to a second slow.
    private boolean isFreshNow(Entry entry) {
        return entry.freshUntilNanos() - clock.recentNanoTime() > Clock.RECENT_NANOS || entry.isFresh(clock.nanoTime());
    }

    /// The generation of the entries that may be read. Flushing a group by raising it comes later; the place is here.
    int generation() {
        return 0;
    }

    /// What the store would count for a value, in bytes.
    long sizeOf(String key, Bytes value) {
        return (long) Entry.OVERHEAD_BYTES + Limits.utf8Length(key) + (decodedToo ? 2L : 1L) * value.length();
    }

    /// The media type that the peers' next reply is likely to name.
    String peersContentType() {
        return peersContentType;
    }

    void peersContentType(String named) {
        if (!named.equals(peersContentType)) {
            peersContentType = named;
        }
    }

    Store store() {
        return store;
    }

    Counters counters() {
        return counters;
    }

    @Nullable
    GroupLoader loader() {
        return loader;
    }

    /// The machine's.
    LoadGate gate() {
        return gate;
    }

    boolean answers(Entry entry, long now) {
        return entry.answersIn(generation()) && entry.isFresh(now);
    }

    boolean mayServeWhileRefreshing(Entry entry, long now) {
        return endedWithin(entry, options.staleWhileRevalidate(), now);
    }

    boolean mayServeOnError(Entry entry, long now) {
        return entry.isFresh(now) && answers(entry, now) && entry.kind() == Entry.Kind.VALUE
                || endedWithin(entry, options.staleIfError(), now);
    }

    /// The entry of a value that is fresh for `timeToLive` from `now` on.
    Entry entry(Bytes value, String contentType, Version version, long now, Duration timeToLive) {
        if (timeToLive.equals(GroupOptions.FOREVER)) {
            return Entry.value(value, contentType, version, Entry.NEVER, Entry.NEVER, generation());
        }
        long fresh = now + timeToLive.toNanos();
        long keep = fresh + Math.max(options.staleWhileRevalidate().toNanos(), options.staleIfError().toNanos());
        return Entry.value(value, contentType, version, fresh, keep, generation());
    }

    private boolean endedWithin(Entry entry, Duration window, long now) {
        return entry.kind() == Entry.Kind.VALUE && entry.generation() == generation() && !entry.isFresh(now)
                && now - entry.freshUntilNanos() < window.toNanos();
    }
}
