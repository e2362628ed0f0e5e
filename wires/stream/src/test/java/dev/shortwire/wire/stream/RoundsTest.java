package dev.shortwire.wire.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RoundsTest {
    private final Walk walk = new Walk();

    /// Its rest has no end: who is not woken looks no more.
    private static final class Walk extends Rounds {
        private final AtomicInteger looks = new AtomicInteger();
        private volatile boolean hasLinks = true;
        private volatile boolean isBusy;
        private volatile boolean calledMeanwhile;
        private volatile Thread thread = Thread.currentThread();

        Walk() {
            super("rounds", TimeUnit.MILLISECONDS.toNanos(1), TimeUnit.DAYS.toNanos(1));
        }

        @Override
        protected long nanoTime() {
            return System.nanoTime();
        }

        @Override
        protected boolean hasLinks() {
            return hasLinks;
        }

        @Override
        protected long look(long now) {
            thread = Thread.currentThread();
            looks.incrementAndGet();
            return isBusy ? TimeUnit.MILLISECONDS.toNanos(1) : REST_NANOS;
        }

        @Override
        protected boolean isAtRest() {
            if (calledMeanwhile) {
                calledMeanwhile = false;
                return false;
            }
            return !isBusy;
        }

        void awaitRest() {
            await().atMost(Duration.ofSeconds(30)).until(() -> LockSupport.getBlocker(thread) == this);
        }
    }

    @AfterEach
    void stop() {
        walk.stop();
        await().atMost(Duration.ofSeconds(30)).until(walk::hasEnded);
    }

    @Test
    void whoExpectsSomethingWakesThemFromRest() {
        walk.start();
        walk.awaitRest();
        int before = walk.looks.get();
        walk.expect(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
        await().atMost(Duration.ofSeconds(30)).until(() -> walk.looks.get() > before);
    }

    @Test
    void whatComesWhileTheyGoToRestIsLookedAt() {
        walk.calledMeanwhile = true;
        walk.start();
        walk.awaitRest();
        assertThat(walk.looks).hasValueGreaterThan(1);
    }

    @Test
    void goOnWhileThereIsWorkAndEndWithTheLastLink() {
        walk.isBusy = true;
        walk.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> walk.looks.get() > 5);
        walk.hasLinks = false;
        await().atMost(Duration.ofSeconds(30)).until(walk::hasEnded);
        walk.hasLinks = true;
        int before = walk.looks.get();
        walk.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> walk.looks.get() > before);
    }
}
