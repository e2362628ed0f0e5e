package dev.shortwire.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RangeTest {
    @Test
    void leavesOutItsFirstPointAndHoldsItsLast() {
        Range range = new Range(10, 20);
        assertThat(range.contains(10)).isFalse();
        assertThat(range.contains(11)).isTrue();
        assertThat(range.contains(20)).isTrue();
        assertThat(range.contains(21)).isFalse();
    }

    @Test
    void goesRoundTheEnd() {
        Range range = new Range(-5, 5);
        assertThat(range.contains(-5)).isFalse();
        assertThat(range.contains(-4)).isTrue();
        assertThat(range.contains(0)).isTrue();
        assertThat(range.contains(5)).isTrue();
        assertThat(range.contains(6)).isFalse();
        assertThat(range.contains(Long.MIN_VALUE)).isFalse();
    }

    @Test
    void holdsEverythingIfItEndsWhereItBegins() {
        for (long hash : new long[] {0, 1, -1, 7, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(Range.WHOLE.contains(hash)).isTrue();
            assertThat(new Range(7, 7).contains(hash)).isTrue();
        }
    }

    @Test
    void knowsItsShareOfTheRing() {
        assertThat(Range.WHOLE.share()).isEqualTo(1);
        assertThat(new Range(0, Long.MIN_VALUE).share()).isEqualTo(0.5);
        assertThat(new Range(Long.MIN_VALUE, 0).share()).isEqualTo(0.5);
        assertThat(new Range(1, 0).share()).isEqualTo(1);
        assertThat(new Range(-1, 0).share()).isEqualTo(0x1p-64);
    }
}
