package dev.shortwire.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.shortwire.Bytes;
import dev.shortwire.Cache;
import dev.shortwire.GroupOptions;
import dev.shortwire.Node;
import dev.shortwire.spi.Codec;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Counts the bytes that this thread allocates while it reads what its own node has.
final class OwnHitAllocationTest {
    private static final int READS = 200_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    record Score(String name, int points) {}

    @Test
    void aHitAllocatesNothing() {
        assertThat(allocatedBytes(Codecs.bytes(), Bytes.utf8("630"), GroupOptions.DEFAULT)).isLessThan(1_000);
    }

    @Test
    void aHitThatEndsByTimeAllocatesNothing() {
        GroupOptions ending = GroupOptions.DEFAULT.withTimeToLive(Duration.ofHours(1));

        assertThat(allocatedBytes(Codecs.bytes(), Bytes.utf8("630"), ending)).isLessThan(1_000);
    }

    /// In a store that is more than half full Caffeine keeps books of what is read, and makes one small object each time
    /// that it reconsiders how to share out the space: after ten reads per entry here, and not for each hit.
    @Test
    void aHitInANearlyFullStoreAllocatesNothingOfItsOwn() {
        GroupOptions tight = GroupOptions.DEFAULT.withCapacityBytes(64 * 1024);

        assertThat(allocatedBytes(Codecs.bytes(), Bytes.utf8("630"), tight)).isLessThan(READS / 20);
    }

    @Test
    void aHitOfARecordThatIsRememberedAllocatesNothing() {
        assertThat(allocatedBytes(Codecs.of(Score.class), new Score("Tom", 630), GroupOptions.DEFAULT))
                .isLessThan(1_000);
    }

    /// The least of several attempts: the runtime may charge a few objects of its own to this thread, while a read that
    /// allocated would cost 3 MB at least.
    private <V> long allocatedBytes(Codec<V> codec, V value, GroupOptions options) {
        try (Node node = Shortwire.node("tom").wire("in-process").start()) {
            Cache<V> cache = node.cache("scores", codec, options, null);
            String[] keys = new String[1_000];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = "key-" + i;
                cache.put(keys[i], value);
            }
            read(cache, keys);
            long least = Long.MAX_VALUE;
            for (int attempt = 0; attempt < 5; attempt++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                read(cache, keys);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(cache.stats().hits()).isEqualTo(6L * READS);
            return least;
        }
    }

    private static <V> void read(Cache<V> cache, String[] keys) {
        for (int i = 0; i < READS; i++) {
            if (cache.get(keys[i % keys.length]) == null) {
                throw new AssertionError("no value for " + keys[i % keys.length]);
            }
        }
    }
}
