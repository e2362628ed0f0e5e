package dev.shortwire.cache;

import dev.shortwire.Version;
import dev.shortwire.ring.Range;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The deterministic store: a map that evicts what was written first. For the simulator and for tests; the same calls
/// give the same contents. Confined to one thread.
public final class MapStore implements Store {
    private final long capacityBytes;
    private final KeyHash hash;
    private final Floors floors = new Floors();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long sizeBytes;
    private long evictions;

    /// @param capacityBytes bound on the encoded bytes, 1 or more
    public MapStore(long capacityBytes, KeyHash hash) {
        this.capacityBytes = capacityBytes;
        this.hash = hash;
    }

    @Override
    public @Nullable Entry get(String key) {
        return entries.get(key);
    }

    @Override
    public boolean putIfNewer(String key, Entry entry) {
        Entry present = entries.get(key);
        if (present != null && !entry.version().isNewerThan(present.version())
                || !entry.version().isNewerThan(floors.of(hash.of(key)))) {
            return false;
        }
        if (present != null) {
            forget(key, present);
            entries.remove(key);
        }
        entries.put(key, entry);
        sizeBytes += entry.sizeBytes(key);
        evict(key, entry);
        return true;
    }

    @Override
    public void drop(String key, Version upTo) {
        Entry present = entries.get(key);
        if (present != null && !present.version().isNewerThan(upTo)) {
            entries.remove(key);
            dropped(key, present);
        }
    }

    @Override
    public int dropIf(EntryPredicate condition) {
        int count = 0;
        for (Iterator<Map.Entry<String, Entry>> i = entries.entrySet().iterator(); i.hasNext();) {
            Map.Entry<String, Entry> next = i.next();
            if (condition.test(next.getKey(), hash.of(next.getKey()), next.getValue())) {
                i.remove();
                dropped(next.getKey(), next.getValue());
                count++;
            }
        }
        return count;
    }

    @Override
    public void forEach(Range range, EntryVisitor visitor) {
        entries.forEach((key, entry) -> {
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
        return entries.size();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public long evictions() {
        return evictions;
    }

    @Override
    public void clear() {
        entries.clear();
        floors.clear();
        sizeBytes = 0;
    }

    @Override
    public void close() {
        clear();
    }

    /// A newcomer that can't fit goes first, so that it does not push out all the others.
    private void evict(String key, Entry newcomer) {
        if (newcomer.sizeBytes(key) > capacityBytes) {
            entries.remove(key);
            dropped(key, newcomer);
            evictions++;
        }
        Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
        while (sizeBytes > capacityBytes) {
            Map.Entry<String, Entry> victim = oldest.next();
            oldest.remove();
            dropped(victim.getKey(), victim.getValue());
            evictions++;
        }
    }

    private void dropped(String key, Entry entry) {
        forget(key, entry);
        if (entry.kind() == Entry.Kind.TOMBSTONE) {
            floors.raise(hash.of(key), entry.version());
        }
    }

    private void forget(String key, Entry entry) {
        sizeBytes -= entry.sizeBytes(key);
    }
}
