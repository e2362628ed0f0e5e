package dev.shortwire.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StripedCountTest {
    @Test
    void threadsThatFollowEachOtherLoseNoCount() throws InterruptedException {
        StripedCount count = new StripedCount();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 100_000; n++) {
                    count.increment();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(count.sum()).isEqualTo(800_000);
    }
}
