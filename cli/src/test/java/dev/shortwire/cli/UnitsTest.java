package dev.shortwire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import dev.shortwire.GroupOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UnitsTest {
    @Test
    void readsDurationsOfEveryUnit() {
        assertThat(Units.duration("t", "100ms")).isEqualTo(Duration.ofMillis(100));
        assertThat(Units.duration("t", "30s")).isEqualTo(Duration.ofSeconds(30));
        assertThat(Units.duration("t", " 5 m ")).isEqualTo(Duration.ofMinutes(5));
        assertThat(Units.duration("t", "2h")).isEqualTo(Duration.ofHours(2));
        assertThat(Units.duration("t", "7d")).isEqualTo(Duration.ofDays(7));
        assertThat(Units.duration("t", "0")).isZero();
        assertThat(Units.duration("t", "forever")).isEqualTo(GroupOptions.FOREVER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "-1s", "1.5s", "30 seconds", "99999999999999999d", "3000000000000000001s"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> Units.duration("time-to-live", text)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("time-to-live=" + text).hasMessageContaining("set time-to-live");
    }

    @Test
    void readsSizesOfEveryUnit() {
        assertThat(Units.bytes("b", "512")).isEqualTo(512);
        assertThat(Units.bytes("b", "512B")).isEqualTo(512);
        assertThat(Units.bytes("b", "64KiB")).isEqualTo(65_536);
        assertThat(Units.bytes("b", "64 MiB")).isEqualTo(64L << 20);
        assertThat(Units.bytes("b", "2GiB")).isEqualTo(2L << 30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "-1", "1.5MiB", "64MB", "99999999999999999GiB"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> Units.bytes("capacity-bytes", text)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("capacity-bytes=" + text).hasMessageContaining("64MiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "100ms", "30s", "5m", "2h", "7d", "forever", "90s"})
    void writesDurationsAsItReadsThem(String text) {
        assertThat(Units.text(Units.duration("t", text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1000", "64KiB", "64MiB", "3GiB"})
    void writesSizesAsItReadsThem(String text) {
        assertThat(Units.text(Units.bytes("b", text))).isEqualTo(text);
    }
}
