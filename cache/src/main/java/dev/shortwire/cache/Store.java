package dev.shortwire.cache;

import dev.shortwire.Version;
import dev.shortwire.ring.Range;
import org.jspecify.annotations.Nullable;

/// The entries of one group on one node, bounded by their encoded bytes. Reads may come from any thread; everything
/// else comes from the node's serialized machine, one call at a time. What makes a store a store is that it passes
/// `StoreContractTest`.
///
/// A store drops entries for space as it likes, except that before it drops a tombstone it raises the floor of that
/// part of the ring: a version not above the floor is no longer accepted there. So nothing older than a removal ever
/// comes back, however early the tombstone had to go.
public interface Store extends AutoCloseable {
    /// The entry of `key`, whatever its kind and age, or null. Neither locks nor allocates.
    @Nullable
    Entry get(String key);

    /// Keeps `entry` if its version is greater than that of the present one and above the floor.
    ///
    /// @return whether the entry was accepted; it may be evicted at once all the same
    boolean putIfNewer(String key, Entry entry);

    /// Drops the entry of `key` if its version is not greater than `upTo`; a dropped tombstone raises the floor.
    void drop(String key, Version upTo);

    /// Drops every entry that `condition` holds for, and returns how many they were.
    int dropIf(EntryPredicate condition);

    /// Tells `visitor` every entry whose key lies in `range`, each once, in no order. Entries that come or go meanwhile
    /// may be told or not.
    void forEach(Range range, EntryVisitor visitor);

    /// The version that entries of a key with this hash must exceed.
    Version floor(long hash);

    /// Raises the floor for keys with this hash; a lower one changes nothing.
    void raiseFloor(long hash, Version version);

    /// Entries now held, tombstones included.
    long count();

    /// Their encoded size in bytes, see [Entry#sizeBytes(String)].
    long sizeBytes();

    /// Entries dropped for space so far.
    long evictions();

    /// Drops everything, floors included: the store of a process that starts anew.
    void clear();

    @Override
    void close();

    /// Whether something holds for an entry.
    @FunctionalInterface
    interface EntryPredicate {
        boolean test(String key, long hash, Entry entry);
    }

    /// Who is told of entries.
    @FunctionalInterface
    interface EntryVisitor {
        void entry(String key, long hash, Entry entry);
    }

    /// Where a key lies on the ring.
    @FunctionalInterface
    interface KeyHash {
        long of(String key);
    }

    /// Makes the stores of one node.
    @FunctionalInterface
    interface Factory {
        /// @param group         name of the group
        /// @param capacityBytes bound on the encoded bytes, 1 or more
        /// @param decodedToo    whether decoded objects are remembered beside the bytes; an entry then counts twice its
        ///                      value
        Store create(String group, long capacityBytes, boolean decodedToo, KeyHash hash);
    }
}
