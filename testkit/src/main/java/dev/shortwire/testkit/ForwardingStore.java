package dev.shortwire.testkit;

import dev.shortwire.Version;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.Store;
import dev.shortwire.ring.Range;
import org.jspecify.annotations.Nullable;

/// A store that passes everything on to another; whoever extends it changes what he has to.
abstract class ForwardingStore implements Store {
    private final Store store;

    ForwardingStore(Store store) {
        this.store = store;
    }

    @Override
    public @Nullable Entry get(String key) {
        return store.get(key);
    }

    @Override
    public boolean putIfNewer(String key, Entry entry) {
        return store.putIfNewer(key, entry);
    }

    @Override
    public void drop(String key, Version upTo) {
        store.drop(key, upTo);
    }

    @Override
    public int dropIf(EntryPredicate condition) {
        return store.dropIf(condition);
    }

    @Override
    public void forEach(Range range, EntryVisitor visitor) {
        store.forEach(range, visitor);
    }

    @Override
    public Version floor(long hash) {
        return store.floor(hash);
    }

    @Override
    public void raiseFloor(long hash, Version version) {
        store.raiseFloor(hash, version);
    }

    @Override
    public long count() {
        return store.count();
    }

    @Override
    public long sizeBytes() {
        return store.sizeBytes();
    }

    @Override
    public long evictions() {
        return store.evictions();
    }

    @Override
    public void clear() {
        store.clear();
    }

    @Override
    public void close() {
        store.close();
    }
}
