package dev.shortwire.geecache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The values of one group, bounded by the bytes of their keys (in UTF-8) and values together, as geecache counts them.
/// Safe for use by any thread; a look-up takes no lock.
final class BoundedStore {
    private final LongAdder evictions = new LongAdder();
    private final Cache<String, Bytes> values;

    /// @param capacityBytes 1 or more
    BoundedStore(long capacityBytes) {
        this.values = Caffeine.newBuilder().maximumWeight(capacityBytes)
                .weigher((String key, Bytes value) -> sizeBytes(key, value))
                .evictionListener((key, value, cause) -> evictions.increment())
                .executor(Runnable::run).build();
    }

    private static int sizeBytes(String key, Bytes value) {
        return Limits.utf8Length(key) + value.length();
    }

    @Nullable
    Bytes get(String key) {
        return values.getIfPresent(key);
    }

    /// Keeps the value, unless it is greater than the store or less wanted than what is there.
    void put(String key, Bytes value) {
        values.put(key, value);
    }

    long evictions() {
        return evictions.sum();
    }

    long count() {
        values.cleanUp();
        return values.estimatedSize();
    }

    long sizeBytes() {
        return values.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }
}
