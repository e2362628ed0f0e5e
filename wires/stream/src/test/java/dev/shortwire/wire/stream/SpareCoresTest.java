package dev.shortwire.wire.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SpareCoresTest {
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
