package dev.shortwire.examples.geecache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.geecache.Getter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The database: three scores, one log line per query.
final class SlowDb implements Getter {
    private static final Logger log = LoggerFactory.getLogger(SlowDb.class);
    private static final Map<String, String> SCORES = Map.of("Tom", "630", "Jack", "589", "Sam", "567");

    private final Duration delay;

    SlowDb(Duration delay) {
        this.delay = delay;
    }

    @Override
    public byte @Nullable [] get(String key) throws InterruptedException {
        log.info("[SlowDB] search key {}", printable(key));
        takeTime();
        String score = SCORES.get(key);
        return score == null ? null : score.getBytes(UTF_8);
    }

    /// Waits for what never comes, so that a load which nobody waits for can be interrupted.
    private void takeTime() throws InterruptedException {
        boolean opened = new CountDownLatch(1).await(delay.toNanos(), TimeUnit.NANOSECONDS);
        assert !opened;
    }

    /// Keys come from anybody: one must not look like another line of the log.
    private static String printable(String key) {
        return key.replaceAll("\\p{Cntrl}", "?");
    }
}
