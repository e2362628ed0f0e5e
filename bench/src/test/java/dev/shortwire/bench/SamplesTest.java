package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class SamplesTest {
    private final Samples samples = new Samples(5, 1, 4, 2, 3);

    @Test
    void knowsItsMiddleAndItsEnds() {
        assertThat(samples.count()).isEqualTo(5);
        assertThat(samples.median()).isEqualTo(3);
        assertThat(samples.min()).isEqualTo(1);
        assertThat(samples.max()).isEqualTo(5);
        assertThat(samples.mean()).isEqualTo(3);
        assertThat(new Samples(1, 2).median()).isEqualTo(1.5);
    }

    @Test
    void knowsHowFarItsValuesLieApart() {
        assertThat(samples.quantile(0)).isEqualTo(1);
        assertThat(samples.quantile(0.1)).isCloseTo(1.4, within(1e-12));
        assertThat(samples.quantile(1)).isEqualTo(5);
        assertThat(samples.spread()).isCloseTo(3.2, within(1e-12));
        assertThat(samples.relativeDeviation()).isCloseTo(Math.sqrt(2) / 3, within(1e-12));
        assertThat(new Samples(7).spread()).isZero();
    }

    @Test
    void needsAValue() {
        assertThatThrownBy(Samples::new).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("samples=0 must be >= 1");
    }
}
