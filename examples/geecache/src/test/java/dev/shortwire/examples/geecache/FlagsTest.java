package dev.shortwire.examples.geecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FlagsTest {
    @Test
    void defaultsAreThoseOfTheTexts() {
        assertThat(Flags.parse())
                .isEqualTo(
                        new Flags(8001, false, 9999, List.of(8001, 8002, 8003), Duration.ZERO, Duration.ofSeconds(1)));
        assertThat(Flags.parse("-port", "8003", "-api").api()).isTrue();
    }

    @Test
    void everyFlagCounts() {
        assertThat(Flags.parse("-peers", "1,2", "-port", "2", "-api-port", "3", "-api", "-delay", "50",
                "-timeout", "60"))
                .isEqualTo(new Flags(2, true, 3, List.of(1, 2), Duration.ofMillis(50),
                        Duration.ofMillis(60)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-x", "-port", "-port x", "-port 0", "-port 65536", "-port 8004", "-peers 8001,",
        "-peers 1,2", "-delay -1", "-timeout 0", "-api-port 123456", "8001"})
    void refusesWhatIsWrong(String line) {
        assertThatThrownBy(() -> Flags.parse(line.split(" "))).isInstanceOf(ConfigurationException.class);
    }
}
