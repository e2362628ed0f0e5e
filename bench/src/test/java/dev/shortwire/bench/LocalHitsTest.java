package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.Bytes;
import dev.shortwire.Cache;
import dev.shortwire.GroupOptions;
import dev.shortwire.Node;
import dev.shortwire.node.Codecs;
import dev.shortwire.node.Shortwire;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalHitsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void readsTheSameFromBoth(int threads) {
        KeyPicks keys = new KeyPicks(1_000, 1);
        try (Node node = Shortwire.node("bench").wire("in-process").start();
                ExecutorService others = Executors.newCachedThreadPool()) {
            GroupOptions options = GroupOptions.DEFAULT.withCapacityBytes(1 << 20);
            Cache<Bytes> own = node.cache("local", Codecs.bytes(), options, null);
            LocalHits hits = new LocalHits(own, options);
            keys.all().forEach(key -> hits.put(key, 100));

            PairedRun.Result result = hits.reading(keys.uniform(), others, threads).operations(1_000).rounds(3)
                    .warmUpRounds(1).run();

            assertThat(result.names()).containsExactly(LocalBench.BARE, LocalBench.OURS);
            assertThat(result.checksum()).as("bytes read: 4 rounds, 2 caches").isEqualTo(4L * 2 * 1_000 * 100);
            assertThat(own.stats().hits()).isEqualTo(4L * 1_000);
        }
    }

    @Test
    void picksKeysAsTheirDistributionSays() {
        KeyPicks keys = new KeyPicks(1_000, 7);
        double mean = KeyPicks.PICKS / 1_000.0;

        assertThat(mostPicked(keys.uniform())).isBetween(mean, 1.3 * mean);
        double harmonic = 0;
        for (int rank = 1; rank <= 1_000; rank++) {
            harmonic += 1 / Math.pow(rank, 0.99);
        }
        assertThat(mostPicked(keys.zipf(0.99)) / KeyPicks.PICKS).isBetween(0.95 / harmonic, 1.05 / harmonic);
        assertThat(keys.zipf(0.99)).as("the same for the same seed").isEqualTo(new KeyPicks(1_000, 7).zipf(0.99));
    }

    private static double mostPicked(String[] picks) {
        Map<String, Long> counts = Arrays.stream(picks)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return counts.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    }
}
