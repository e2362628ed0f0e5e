package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.Bytes;
import dev.shortwire.Version;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.Store;
import dev.shortwire.ring.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What makes a store a store, for one thread. A store that many threads read passes [ConcurrentStoreContractTest] too.
public abstract class StoreContractTest {
    /// More than any test writes that is not about eviction.
    protected static final long AMPLE_BYTES = 64 << 20;

    private final List<Store> opened = new ArrayList<>();

    /// A store of the kind under test, empty, that counts a value once.
    protected abstract Store create(long capacityBytes, Store.KeyHash hash);

    /// A store that is closed after the test.
    protected final Store open(long capacityBytes, Store.KeyHash hash) {
        Store store = create(capacityBytes, hash);
        opened.add(store);
        return store;
    }

    @AfterEach
    final void closeAll() {
        opened.forEach(Store::close);
    }

    @Test
    final void givesWhatWasPut() {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        Entry entry = value(1, 10);

        assertThat(store.get("tom")).isNull();
        assertThat(store.putIfNewer("tom", entry)).isTrue();
        assertThat(store.get("tom")).isSameAs(entry);
        assertThat(store.get("jack")).isNull();
    }

    @Test
    final void keepsOnlyTheGreaterVersion() {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        Entry fifth = value(5, 10);
        store.putIfNewer("tom", fifth);

        assertThat(store.putIfNewer("tom", value(4, 10))).isFalse();
        assertThat(store.putIfNewer("tom", value(5, 10))).as("an equal version").isFalse();
        assertThat(store.putIfNewer("tom", fifth)).as("the same entry again").isFalse();
        assertThat(store.get("tom")).isSameAs(fifth);

        Entry nextEpoch = Entry.value(Bytes.EMPTY, "", new Version(2, 1), Entry.NEVER, Entry.NEVER, 0);
        assertThat(store.putIfNewer("tom", nextEpoch)).as("a later epoch, a lower counter").isTrue();
        assertThat(store.putIfNewer("tom", value(1_000, 10))).isFalse();
        assertThat(store.get("tom")).isSameAs(nextEpoch);
    }

    @Test
    final void keepsAbsencesAndTombstonesAsItKeepsValues() {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        store.putIfNewer("tom", value(1, 10));
        Entry absent = Entry.absent(version(2), Entry.NEVER, 0);
        Entry tombstone = tombstone(3);

        assertThat(store.putIfNewer("tom", absent)).isTrue();
        assertThat(store.get("tom")).isSameAs(absent);
        assertThat(store.putIfNewer("tom", tombstone)).isTrue();
        assertThat(store.get("tom")).isSameAs(tombstone);
        assertThat(store.putIfNewer("tom", value(3, 10))).isFalse();
    }

    @Test
    final void leavesTheAgeOfEntriesToItsCallers() {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        Entry ancient = Entry.value(Bytes.EMPTY, "", version(1), Long.MIN_VALUE, Long.MIN_VALUE, 0);
        store.putIfNewer("tom", ancient);

        assertThat(store.get("tom")).isSameAs(ancient);
    }

    @Test
    final void dropsUpToAVersion() {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        Entry entry = value(5, 10);
        store.putIfNewer("tom", entry);

        store.drop("tom", version(4));
        assertThat(store.get("tom")).isSameAs(entry);
        store.drop("tom", version(5));
        assertThat(store.get("tom")).isNull();
        store.drop("tom", version(5));
        assertThat(store.count()).isZero();
        assertThat(store.floor(spread("tom"))).as("a dropped value leaves no floor").isEqualTo(Version.NONE);
        assertThat(store.putIfNewer("tom", value(1, 10))).isTrue();
    }

    @Test
    final void raisesTheFloorWhereATombstoneIsDropped() {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        store.putIfNewer("tom", tombstone(5));
        assertThat(store.floor(spread("tom"))).as("while the tombstone is there").isEqualTo(Version.NONE);

        store.drop("tom", version(5));

        assertThat(store.floor(spread("tom"))).isEqualTo(version(5));
        assertThat(store.putIfNewer("tom", value(4, 10))).isFalse();
        assertThat(store.putIfNewer("tom", value(5, 10))).isFalse();
        assertThat(store.get("tom")).isNull();
        assertThat(store.putIfNewer("tom", value(6, 10))).isTrue();
    }

    @Test
    final void raisesTheFloorWhereATombstoneIsDroppedByACondition() {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        store.putIfNewer("tom", tombstone(5));

        assertThat(store.dropIf((key, hash, entry) -> true)).isEqualTo(1);

        assertThat(store.floor(spread("tom"))).isEqualTo(version(5));
        assertThat(store.putIfNewer("tom", value(5, 10))).isFalse();
    }

    @Test
    final void raisesTheFloorOfOnePartOfTheRing() {
        Store store = open(AMPLE_BYTES, StoreContractTest::hex);
        store.raiseFloor(hex("1000000000000000"), version(5));

        assertThat(store.putIfNewer("1000000000000000", value(5, 10))).isFalse();
        assertThat(store.putIfNewer("f000000000000000", value(5, 10))).isTrue();
        assertThat(store.floor(hex("f000000000000000"))).isEqualTo(Version.NONE);
    }

    @Test
    final void neverLowersAFloor() {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        long at = spread("tom");
        store.raiseFloor(at, version(5));
        store.raiseFloor(at, version(4));

        assertThat(store.floor(at)).isEqualTo(version(5));
    }

    @Test
    final void dropsWhatAConditionHoldsFor() {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        for (int i = 0; i < 1_000; i++) {
            store.putIfNewer("key-" + i, value(1 + i, 10));
        }

        int dropped = store.dropIf((key, hash, entry) -> {
            assertThat(hash).isEqualTo(spread(key));
            return entry.version().counter() % 4 == 0;
        });

        assertThat(dropped).isEqualTo(250);
        assertThat(store.count()).isEqualTo(750);
        assertThat(store.evictions()).as("drops are no evictions").isZero();
        assertThat(store.get("key-3")).isNull();
        assertThat(store.get("key-4")).isNotNull();
    }

    @Test
    final void tellsTheEntriesOfARange() {
        Store store = open(AMPLE_BYTES, StoreContractTest::hex);
        for (String key : List.of("0", "1", "7fffffffffffffff", "8000000000000000", "ffffffffffffffff")) {
            store.putIfNewer(key, value(1, 10));
        }

        assertThat(keys(store, Range.WHOLE)).hasSize(5);
        assertThat(keys(store, new Range(7, 7))).as("the whole ring from another point").hasSize(5);
        assertThat(keys(store, new Range(0, 1))).containsExactly("1");
        assertThat(keys(store, new Range(1, Long.MIN_VALUE))).as("past the middle of the unsigned numbers")
                .containsExactly("7fffffffffffffff", "8000000000000000");
        assertThat(keys(store, new Range(Long.MIN_VALUE, 0))).as("round the end")
                .containsExactly("0", "ffffffffffffffff");
        assertThat(keys(store, new Range(-1, 1))).as("after the last point").containsExactly("0", "1");
    }

    @Test
    final void countsExactBytes() {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        store.putIfNewer("a", value(1, 100));
        assertThat(store.sizeBytes()).isEqualTo(Entry.OVERHEAD_BYTES + 1 + 100);
        store.putIfNewer("中", value(1, 0));
        assertThat(store.sizeBytes()).as("keys count as UTF-8").isEqualTo(2 * Entry.OVERHEAD_BYTES + 1 + 100 + 3);
        store.putIfNewer("a", value(2, 40));
        assertThat(store.sizeBytes()).as("replaced by a smaller one").isEqualTo(2 * Entry.OVERHEAD_BYTES + 1 + 40 + 3);
        store.putIfNewer("a", value(1, 500));
        assertThat(store.sizeBytes()).as("refused").isEqualTo(2 * Entry.OVERHEAD_BYTES + 1 + 40 + 3);
        store.putIfNewer("a", tombstone(3));
        assertThat(store.sizeBytes()).as("removed").isEqualTo(2 * Entry.OVERHEAD_BYTES + 1 + 3);
        assertThat(store.count()).as("tombstones included").isEqualTo(2);
        store.drop("a", version(3));
        store.drop("中", version(3));
        assertThat(store.sizeBytes()).isZero();
        assertThat(store.count()).isZero();
    }

    @Test
    final void evictsForSpaceAndCountsIt() {
        Store store = open(10_000, StoreContractTest::spread);
        for (int i = 0; i < 1_000; i++) {
            assertThat(store.putIfNewer("key-" + i, value(1 + i, 100))).isTrue();
            assertThat(store.sizeBytes()).isLessThanOrEqualTo(10_000);
        }

        assertThat(store.count()).isPositive();
        assertThat(store.evictions()).isEqualTo(1_000 - store.count());
        assertThat(store.floor(spread("key-0"))).as("an evicted value leaves no floor").isEqualTo(Version.NONE);
    }

    @Test
    final void keepsTheOthersWhenOneEntryIsLargerThanTheStore() {
        Store store = open(10_000, StoreContractTest::spread);
        for (int i = 0; i < 20; i++) {
            store.putIfNewer("key-" + i, value(1, 100));
        }
        long before = store.sizeBytes();

        store.putIfNewer("giant", value(1, 10_000));
        assertThat(store.sizeBytes()).isEqualTo(before);
        assertThat(store.get("giant")).isNull();
        assertThat(store.count()).isEqualTo(20);
        assertThat(store.evictions()).isEqualTo(1);

        store.putIfNewer("key-0", value(2, 10_000));
        assertThat(store.count()).isEqualTo(19);
        assertThat(store.get("key-0")).as("the older value, though the newer had no room").isNull();
        assertThat(store.evictions()).isEqualTo(2);
    }

    @Test
    final void raisesTheFloorForATombstoneThatHasNoRoom() {
        Store store = open(20, StoreContractTest::spread);

        assertThat(store.putIfNewer("tom", tombstone(5))).isTrue();

        assertThat(store.count()).isZero();
        assertThat(store.floor(spread("tom"))).isEqualTo(version(5));
        assertThat(store.putIfNewer("tom", value(5, 0))).isFalse();
    }

    @Test
    final void forgetsEverythingWhenCleared() {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        store.putIfNewer("tom", value(5, 10));
        store.putIfNewer("jack", tombstone(6));
        store.drop("jack", version(6));

        store.clear();

        assertThat(store.get("tom")).isNull();
        assertThat(store.count()).isZero();
        assertThat(store.sizeBytes()).isZero();
        assertThat(store.floor(spread("jack"))).isEqualTo(Version.NONE);
        assertThat(store.evictions()).as("nothing had to go for space").isZero();
        assertThat(store.putIfNewer("jack", value(1, 10))).isTrue();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    final void honoursItsBoundAndForgetsNoRemoval(long seed) {
        Random random = new Random(seed);
        int capacity = 2_000 + random.nextInt(20_000);
        Store store = open(capacity, StoreContractTest::spread);
        Map<String, Version> removed = new HashMap<>();
        for (int i = 1; i <= 5_000; i++) {
            String key = "key-" + random.nextInt(500);
            boolean removal = random.nextInt(4) == 0;
            boolean giant = random.nextInt(200) == 0;
            Entry entry = removal ? tombstone(i) : value(i, giant ? capacity : random.nextInt(200));
            assertThat(store.putIfNewer(key, entry)).isTrue();
            if (removal) {
                removed.put(key, entry.version());
            } else {
                removed.remove(key);
            }
            store.get("key-" + random.nextInt(50));
            assertThat(store.sizeBytes()).as("seed %d, step %d", seed, i).isLessThanOrEqualTo(capacity);
        }

        assertThat(store.evictions()).isPositive();
        assertSizesExact(store);
        assertThat(removed).isNotEmpty();
        removed.forEach((key, version) -> assertThat(store.putIfNewer(key, value(version.counter(), 0)))
                .as("seed %d, %s as of its removal", seed, key).isFalse());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    final void doesWhatItsModelDoes(long seed) {
        new StoreModel(open(AMPLE_BYTES, StoreContractTest::spread), StoreContractTest::spread, seed).run(3_000);
    }

    /// Checks that the sizes are those of the entries that the store tells.
    static void assertSizesExact(Store store) {
        long[] found = new long[2];
        store.forEach(Range.WHOLE, (key, hash, entry) -> {
            found[0]++;
            found[1] += entry.sizeBytes(key);
        });
        assertThat(store.count()).isEqualTo(found[0]);
        assertThat(store.sizeBytes()).isEqualTo(found[1]);
    }

    /// A hash that spreads keys over the ring.
    protected static long spread(String key) {
        long z = (key.hashCode() + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        return z ^ z >>> 29;
    }

    /// A hash that the key spells out in hexadecimal.
    protected static long hex(String key) {
        return Long.parseUnsignedLong(key, 16);
    }

    protected static Version version(long counter) {
        return new Version(1, counter);
    }

    /// A value of `length` bytes that never ends by time.
    protected static Entry value(long counter, int length) {
        return Entry.value(Bytes.adopt(new byte[length]), "text/plain", version(counter), Entry.NEVER, Entry.NEVER, 0);
    }

    protected static Entry tombstone(long counter) {
        return Entry.tombstone(version(counter), Entry.NEVER, 0);
    }

    private static Set<String> keys(Store store, Range range) {
        Set<String> keys = new TreeSet<>();
        store.forEach(range, (key, hash, entry) -> {
            assertThat(hash).isEqualTo(hex(key));
            assertThat(keys.add(key)).as("told once").isTrue();
        });
        return keys;
    }
}
