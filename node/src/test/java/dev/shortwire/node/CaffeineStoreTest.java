package dev.shortwire.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.cache.Entry;
import dev.shortwire.cache.Store;
import dev.shortwire.testkit.ConcurrentStoreContractTest;
import org.junit.jupiter.api.Test;

final class CaffeineStoreTest extends ConcurrentStoreContractTest {
    @Override
    protected Store create(long capacityBytes, Store.KeyHash hash) {
        return CaffeineStore.FACTORY.create("scores", capacityBytes, false, hash);
    }

    @Test
    void countsAValueTwiceWhereTheDecodedObjectIsRemembered() {
        try (Store store = CaffeineStore.FACTORY.create("scores", AMPLE_BYTES, true, CaffeineStoreTest::spread)) {
            store.putIfNewer("tom", value(1, 100));

            assertThat(store.sizeBytes()).isEqualTo(Entry.OVERHEAD_BYTES + 3 + 2 * 100);
        }
    }

    @Test
    void takesTheLargestCapacityThereIs() {
        try (Store store = CaffeineStore.FACTORY.create("scores", Long.MAX_VALUE, false, CaffeineStoreTest::spread)) {
            assertThat(store.putIfNewer("tom", value(1, 100))).isTrue();
            assertThat(store.get("tom")).isNotNull();
        }
    }

    @Test
    void keepsWhatIsReadOftenWhenOthersPassThroughOnce() {
        try (Store store = create(100 * 160, CaffeineStoreTest::spread)) {
            for (int i = 0; i < 50; i++) {
                store.putIfNewer("hot-" + i, value(1, 100));
            }
            for (int i = 0; i < 10_000; i++) {
                store.get("hot-" + i % 50);
                store.putIfNewer("once-" + i, value(1, 100));
            }

            long kept = 0;
            for (int i = 0; i < 50; i++) {
                kept += store.get("hot-" + i) == null ? 0 : 1;
            }
            assertThat(kept).isGreaterThanOrEqualTo(45);
        }
    }
}
