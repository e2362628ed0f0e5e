package dev.shortwire.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.spi.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class NodeClockTest {
    private static boolean ticks() {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().equals("shortwire-clock"));
    }

    @Test
    void theRecentTimeIsNeverAheadAndMovesWhileSomebodyAsks() {
        NodeClock clock = NodeClock.INSTANCE;
        long first = clock.recentNanoTime();
        await().atMost(Duration.ofSeconds(30)).until(() -> clock.recentNanoTime() - first > Clock.RECENT_NANOS / 4);
        for (int i = 0; i < 1000; i++) {
            long recent = clock.recentNanoTime();
            assertThat(clock.nanoTime() - recent).isNotNegative();
        }
    }

    @Test
    void itsThreadEndsWhenNobodyAsksAndStartsAgain() {
        NodeClock clock = NodeClock.INSTANCE;
        long before = clock.recentNanoTime();
        await().atMost(Duration.ofSeconds(30)).until(() -> !ticks());
        assertThat(clock.recentNanoTime()).isGreaterThan(before);
        await().atMost(Duration.ofSeconds(30)).until(NodeClockTest::ticks);
    }
}
