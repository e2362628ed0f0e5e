package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.Version;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a store owes to readers on other threads while one thread writes. Runs are bounded by the number of writes;
/// a reader reads at least once after the last of them.
public abstract class ConcurrentStoreContractTest extends StoreContractTest {
    private static final int READERS = 3;
    private static final int WRITES = 60_000;

    @Test
    final void showsItsEntriesToOtherThreads() throws Exception {
        Store store = open(AMPLE_BYTES, StoreContractTest::spread);
        Entry entry = value(1, 10);
        store.putIfNewer("tom", entry);
        store.raiseFloor(spread("jack"), version(7));

        runAll(List.of(() -> {
            assertThat(store.get("tom")).isSameAs(entry);
            assertThat(store.floor(spread("jack"))).isEqualTo(version(7));
            assertThat(store.count()).isEqualTo(1);
            return null;
        }));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    final void showsNoReaderAnOlderVersionAfterANewerOne(long seed) throws Exception {
        int keys = 200;
        Store store = open(100 * 100, StoreContractTest::spread);
        AtomicInteger written = new AtomicInteger();
        List<Callable<Void>> tasks = new ArrayList<>();
        tasks.add(() -> {
            Random random = new Random(seed);
            for (int i = 1; i <= WRITES; i++) {
                String key = "key-" + random.nextInt(keys);
                switch (random.nextInt(10)) {
                    case 0 -> store.putIfNewer(key, tombstone(i));
                    case 1 -> store.drop(key, version(i));
                    default -> store.putIfNewer(key, value(i, random.nextInt(100)));
                }
                written.set(i);
            }
            return null;
        });
        for (int reader = 1; reader <= READERS; reader++) {
            Random random = new Random(seed * 100 + reader);
            tasks.add(() -> {
                long[] seen = new long[keys];
                int last;
                do {
                    last = written.get();
                    int key = random.nextInt(keys);
                    Entry entry = store.get("key-" + key);
                    if (entry != null) {
                        long counter = entry.version().counter();
                        assertThat(counter).as("seed %d, key-%d", seed, key).isGreaterThanOrEqualTo(seen[key]);
                        seen[key] = counter;
                    }
                } while (last < WRITES);
                return null;
            });
        }

        runAll(tasks);

        assertThat(store.sizeBytes()).isLessThanOrEqualTo(100 * 100);
        assertSizesExact(store);
    }

    @Test
    final void showsTheFloorToWhoeverNoLongerFindsATombstone() throws Exception {
        Store store = open(50 * 60, StoreContractTest::spread);
        AtomicInteger written = new AtomicInteger();
        List<Callable<Void>> tasks = new ArrayList<>();
        tasks.add(() -> {
            for (int i = 1; i <= WRITES; i++) {
                assertThat(store.putIfNewer("key-" + i, tombstone(i))).isTrue();
                written.set(i);
                if (i % 3 == 0) {
                    store.drop("key-" + (i - 1), version(i));
                }
            }
            return null;
        });
        for (int reader = 1; reader <= READERS; reader++) {
            Random random = new Random(reader);
            tasks.add(() -> {
                int last;
                do {
                    last = written.get();
                    int i = Math.max(1, last - random.nextInt(100));
                    if (last > 0 && store.get("key-" + i) == null) {
                        assertThat(store.floor(spread("key-" + i))).isGreaterThanOrEqualTo(new Version(1, i));
                    }
                } while (last < WRITES);
                return null;
            });
        }

        runAll(tasks);

        assertThat(store.evictions()).isPositive();
    }

    private static void runAll(List<Callable<Void>> tasks) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            List<Future<Void>> results = new ArrayList<>();
            for (Callable<Void> task : tasks) {
                results.add(threads.submit(task));
            }
            try {
                for (Future<Void> result : results) {
                    result.get(60, TimeUnit.SECONDS);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }
}
