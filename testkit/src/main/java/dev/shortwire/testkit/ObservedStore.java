package dev.shortwire.testkit;

import dev.shortwire.Version;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.Store;
import dev.shortwire.ring.Range;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A store whose changes the checks are told of.
final class ObservedStore implements Store {
    private final Store store;
    private final String group;
    private final SimNode node;
    private final List<Check> checks;

    ObservedStore(Store store, String group, SimNode node, List<Check> checks) {
        this.store = store;
        this.group = group;
        this.node = node;
        this.checks = checks;
    }

    @Override
    public @Nullable Entry get(String key) {
        return store.get(key);
    }

    @Override
    public boolean putIfNewer(String key, Entry entry) {
        long evictions = store.evictions();
        boolean accepted = store.putIfNewer(key, entry);
        node.process().note((accepted ? "stores " : "does not store ") + group + "/" + key + " " + entry.kind() + " "
                + entry.version());
        boolean landing = node.noteStored(group, key, accepted);
        checks.forEach(check -> check.stored(node, group, key, entry, accepted, landing));
        if (store.evictions() != evictions) {
            checks.forEach(check -> check.dropped(node, group, ""));
        }
        return accepted;
    }

    @Override
    public void drop(String key, Version upTo) {
        store.drop(key, upTo);
        checks.forEach(check -> check.dropped(node, group, key));
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
