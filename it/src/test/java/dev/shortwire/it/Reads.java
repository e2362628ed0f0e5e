package dev.shortwire.it;

import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Reads that go on in the background, many keys in turn, each with its time and outcome.
final class Reads implements AutoCloseable {
    private static final int READERS = 4;

    private record Read(long startedNanos, long tookNanos, String problem) {}

    private final Api api;
    private final ConcurrentLinkedQueue<Read> done = new ConcurrentLinkedQueue<>();
    private final AtomicInteger next = new AtomicInteger();
    private final List<Thread> readers;
    private volatile boolean ended;

    Reads(Api api) {
        this.api = api;
        this.readers = IntStream.range(0, READERS)
                .mapToObj(i -> Thread.ofPlatform().daemon().start(this::run)).toList();
    }

    private void run() {
        while (!ended) {
            String key = String.format(Locale.ROOT, "U+%04X", 0x4E00 + next.getAndIncrement() % 20_000);
            long start = System.nanoTime();
            String problem = "";
            try {
                int status = api.read("unicode", key).statusCode();
                problem = status == 200 ? "" : key + " → " + status;
            } catch (UncheckedIOException e) {
                problem = key + " → " + e.getCause();
            }
            done.add(new Read(start, System.nanoTime() - start, problem));
        }
    }

    /// Waits for another 300 reads.
    void awaitSome() {
        int before = done.size();
        await().atMost(Duration.ofSeconds(60)).until(() -> done.size() >= before + 300);
    }

    List<String> failures() {
        return done.stream().map(Read::problem).filter(p -> !p.isEmpty()).toList();
    }

    /// How long after `sinceNanos` the last read ended that failed or took over 100 ms, and the slowest one.
    String report(long sinceNanos) {
        long last = done.stream().filter(r -> r.startedNanos + r.tookNanos > sinceNanos)
                .filter(r -> !r.problem.isEmpty() || r.tookNanos > 100_000_000L)
                .mapToLong(r -> r.startedNanos + r.tookNanos - sinceNanos).max().orElse(0);
        long slowest = done.stream().filter(r -> r.startedNanos + r.tookNanos > sinceNanos).mapToLong(Read::tookNanos)
                .max().orElse(0);
        return String.format(Locale.ROOT,
                "%d reads, %d failed; last one failing or over 100 ms: %.2f s after; slowest %.0f ms",
                done.size(), failures().size(), last / 1e9, slowest / 1e6);
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        for (Thread reader : readers) {
            reader.join();
        }
    }
}
