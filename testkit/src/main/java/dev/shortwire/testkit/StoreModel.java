package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.Bytes;
import dev.shortwire.Version;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.Store;
import dev.shortwire.ring.Range;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Random calls to a store that has room for everything, each checked against what a plain map says.
///
/// How coarse the parts of the ring are that share a floor is the store's own business, so the model does not foretell
/// floors: it checks that they only rise, that they rise where they must, and that puts obey them.
final class StoreModel {
    private static final int KEYS = 40;

    private final Store store;
    private final Store.KeyHash hash;
    private final long seed;
    private final Random random;
    private final Map<String, Entry> model = new TreeMap<>();
    private final Map<String, Version> floors = new TreeMap<>();
    private long counter = 1;
    private int step;

    StoreModel(Store store, Store.KeyHash hash, long seed) {
        this.store = store;
        this.hash = hash;
        this.seed = seed;
        this.random = new Random(seed);
    }

    void run(int steps) {
        for (step = 1; step <= steps; step++) {
            counter += random.nextInt(3);
            int choice = random.nextInt(1_000);
            if (choice < 600) {
                put();
            } else if (choice < 800) {
                drop();
            } else if (choice < 830) {
                dropSome();
            } else if (choice < 840) {
                raiseFloor();
            } else if (choice < 842) {
                store.clear();
                model.clear();
                floors.clear();
            }
            check();
        }
    }

    private void put() {
        String key = key();
        Entry entry = entry();
        Entry present = model.get(key);
        boolean expected = (present == null || entry.version().isNewerThan(present.version()))
                && entry.version().isNewerThan(store.floor(hash.of(key)));
        assertThat(store.putIfNewer(key, entry)).as(place("put " + key + " " + entry)).isEqualTo(expected);
        if (expected) {
            model.put(key, entry);
        }
    }

    private void drop() {
        String key = key();
        Version upTo = version();
        store.drop(key, upTo);
        Entry present = model.get(key);
        if (present != null && !present.version().isNewerThan(upTo)) {
            forget(key, present);
        }
    }

    private void dropSome() {
        int modulus = 2 + random.nextInt(9);
        int told = store.dropIf((key, at, entry) -> entry.version().counter() % modulus == 0);
        int before = model.size();
        Map.copyOf(model).forEach((key, entry) -> {
            if (entry.version().counter() % modulus == 0) {
                forget(key, entry);
            }
        });
        assertThat(told).as(place("dropIf")).isEqualTo(before - model.size());
    }

    private void raiseFloor() {
        String key = key();
        Version floor = version();
        store.raiseFloor(hash.of(key), floor);
        owe(key, floor);
    }

    private void forget(String key, Entry entry) {
        model.remove(key);
        if (entry.kind() == Entry.Kind.TOMBSTONE) {
            owe(key, entry.version());
        }
    }

    private void owe(String key, Version floor) {
        floors.merge(key, floor, (a, b) -> a.isNewerThan(b) ? a : b);
    }

    private void check() {
        String key = key();
        assertThat(store.get(key)).as(place("get " + key)).isSameAs(model.get(key));
        Version floor = store.floor(hash.of(key));
        assertThat(floor).as(place("floor of " + key))
                .isGreaterThanOrEqualTo(floors.getOrDefault(key, Version.NONE));
        owe(key, floor);
        if (step % 16 == 0) {
            checkAll();
        }
    }

    private void checkAll() {
        Range range = new Range(random.nextLong(), random.nextLong());
        Map<String, Entry> told = new TreeMap<>();
        store.forEach(range, (key, at, entry) -> told.put(key, entry));
        Map<String, Entry> expected = new TreeMap<>(model);
        expected.keySet().removeIf(key -> !range.contains(hash.of(key)));
        assertThat(told).as(place("forEach " + range)).isEqualTo(expected);
        assertThat(store.count()).as(place("count")).isEqualTo(model.size());
        assertThat(store.evictions()).as(place("evictions")).isZero();
        StoreContractTest.assertSizesExact(store);
    }

    private Entry entry() {
        Bytes bytes = Bytes.adopt(new byte[random.nextInt(300)]);
        return switch (random.nextInt(5)) {
            case 0 -> Entry.tombstone(version(), Entry.NEVER, 0);
            case 1 -> Entry.absent(version(), Entry.NEVER, 0);
            default -> Entry.value(bytes, "", version(), Entry.NEVER, Entry.NEVER, 0);
        };
    }

    /// Around the newest, so that about half of them are refused.
    private Version version() {
        return new Version(1 + counter / 2_000, Math.max(1, counter % 2_000 - random.nextInt(40)));
    }

    private String key() {
        return "key-" + random.nextInt(KEYS);
    }

    private String place(String call) {
        return "seed " + seed + ", step " + step + ", " + call;
    }
}
