package dev.shortwire.testkit;

import dev.shortwire.Version;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.Store;
import java.util.List;

/// A store whose changes the checks are told of.
final class ObservedStore extends ForwardingStore {
    private final String group;
    private final SimNode node;
    private final List<Check> checks;

    ObservedStore(Store store, String group, SimNode node, List<Check> checks) {
        super(store);
        this.group = group;
        this.node = node;
        this.checks = checks;
    }

    @Override
    public boolean putIfNewer(String key, Entry entry) {
        long evictions = evictions();
        boolean accepted = super.putIfNewer(key, entry);
        node.process().note((accepted ? "stores " : "does not store ") + group + "/" + key + " " + entry.kind() + " "
                + entry.version());
        boolean landing = node.noteStored(group, key, accepted);
        checks.forEach(check -> check.stored(node, group, key, entry, accepted, landing));
        if (evictions() != evictions) {
            checks.forEach(check -> check.dropped(node, group, ""));
        }
        return accepted;
    }

    @Override
    public void drop(String key, Version upTo) {
        super.drop(key, upTo);
        checks.forEach(check -> check.dropped(node, group, key));
    }
}
