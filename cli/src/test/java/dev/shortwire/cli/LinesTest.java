package dev.shortwire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LinesTest {
    @Test
    void printsEverythingInOrderBeforeItCloses() {
        List<String> printed = new CopyOnWriteArrayList<>();
        try (Lines lines = new Lines(printed::add)) {
            IntStream.range(0, 1000).forEach(i -> lines.add("line " + i));
        }
        assertThat(printed).containsExactlyElementsOf(IntStream.range(0, 1000).mapToObj(i -> "line " + i).toList());
    }

    @Test
    void neverMakesAnybodyWaitForASlowReader() throws Exception {
        List<String> printed = new CopyOnWriteArrayList<>();
        CountDownLatch reads = new CountDownLatch(1);
        Lines lines = new Lines(line -> {
            try {
                reads.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            printed.add(line);
        });
        try (lines) {
            IntStream.range(0, 20_000).forEach(i -> lines.add("line " + i));
            reads.countDown();
            await().untilAsserted(() -> assertThat(printed).anyMatch(line -> line.matches("… \\d+ lines left out.*")));
        }
        assertThat(printed).hasSizeBetween(10_000, 10_003);
    }

    @Test
    void showsKeysWithoutWhatMovesACursor() {
        assertThat(EventLines.shown("钥匙")).isEqualTo("钥匙");
        assertThat(EventLines.shown("a\u001b[2J\nb")).isEqualTo("a\\u001b[2J\\u000ab");
        assertThat(EventLines.shown("x".repeat(100))).hasSize(61).endsWith("…");
    }
}
