package dev.shortwire.testkit;

import dev.shortwire.cache.MapStore;
import dev.shortwire.cache.Store;

final class MapStoreTest extends StoreContractTest {
    @Override
    protected Store create(long capacityBytes, Store.KeyHash hash) {
        return new MapStore(capacityBytes, hash);
    }
}
