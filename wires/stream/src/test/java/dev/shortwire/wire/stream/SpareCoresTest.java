package dev.shortwire.wire.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SpareCoresTest {
    private boolean isSpare = true;
    private final SpareCores cores = new SpareCores(() -> isSpare);
    private long now;

    private boolean look() {
        now += TimeUnit.SECONDS.toNanos(1);
        return cores.areThere(now);
    }

    @Test
    void looksOnceForAllThatAskWithinAMillisecond() {
        assertThat(look()).isTrue();
        isSpare = false;
        assertThat(cores.areThere(now + TimeUnit.MILLISECONDS.toNanos(1))).isTrue();
        assertThat(look()).isFalse();
    }

    @Test
    void takesForACrowdOnlyWhatEveryLookFinds() {
        isSpare = false;
        for (int i = 1; i < SpareCores.LOOKS; i++) {
            assertThat(look()).isFalse();
            assertThat(cores.wereThereLately()).as("after %d looks", i).isTrue();
        }
        for (int i = 0; i < 1_000; i++) {
            look();
            assertThat(cores.wereThereLately()).isFalse();
        }
        isSpare = true;
        assertThat(look()).isTrue();
        assertThat(cores.wereThereLately()).isTrue();
    }

    @Test
    void readsHowManyThreadsWantToRun() {
        assertThat(SpareCores.parse("0.75 0.35 0.25 3/345 12345\n")).isEqualTo(3);
    }

    @Test
    void takesWhatItCannotReadForUnknown() {
        assertThat(SpareCores.parse("")).isZero();
        assertThat(SpareCores.parse("0.75 0.35 0.25 x/345 1")).isZero();
        assertThat(SpareCores.parse("0.75 0.35 0.25 345 1")).isZero();
    }
}
