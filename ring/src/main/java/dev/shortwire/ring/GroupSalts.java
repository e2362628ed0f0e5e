package dev.shortwire.ring;

import org.jspecify.annotations.Nullable;

/// Remembers `mix(xxh3(group))` for the first few groups asked for, which halves the time to hash a short key. A pure
/// function, remembered: nobody can tell but by the time it takes.
///
/// Usable from any thread, without locks: a slot is filled once and never changed, so at most [#SLOTS] objects are ever
/// made; a race fills a slot twice with one of two correct entries. Entries are records, safe to publish by a plain write.
final class GroupSalts {
    private static final int SLOTS = 64;

    private final @Nullable Salt[] slots = new @Nullable Salt[SLOTS];

    long of(String group) {
        int slot = group.hashCode() & (SLOTS - 1);
        Salt salt = slots[slot];
        if (salt != null && salt.group.equals(group)) {
            return salt.value;
        }
        long value = Hashes.mix(Hashes.xxh3(group));
        if (salt == null) {
            slots[slot] = new Salt(group, value);
        }
        return value;
    }

    private record Salt(String group, long value) {}
}
