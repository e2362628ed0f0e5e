package dev.shortwire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DemoRunTest {
    private static @Nullable DemoSettings plain(String words) {
        return DemoRun.plain(Arrays.asList(words.split(" ")));
    }

    @Test
    void readsTheOptionsOfADemo() {
        assertThat(plain("demo")).isEqualTo(new DemoSettings(3, DemoSettings.Mode.PROCESSES, "auto", null, null,
                Duration.ofMillis(20), false));
        assertThat(plain("demo --nodes 5 --wire=in-process --port 0 --data-dir=/d/a=b --load-delay 1s --quiet"))
                .isEqualTo(new DemoSettings(5, DemoSettings.Mode.IN_PROCESS, "in-process", 0, Path.of("/d/a=b"),
                        Duration.ofSeconds(1), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "get k", "--verbose demo", "demo --help", "demo --verbose", "demo more", "demo --nodes",
        "demo --nodes x", "demo --nodes=", "demo --nodes 2 --nodes 3", "demo --port --quiet", "demo --quiet=true",
        "demo --data-dir=", "demo --port 99999999999", "demo @file"})
    void leavesAllOtherWordsToTheCommandLine(String words) {
        assertThat(plain(words)).isNull();
    }

    @Test
    void refusesValuesThatAreOutOfRange() {
        for (String words : List.of("demo --nodes 0", "demo --nodes 17", "demo --port 70000", "demo --wire string")) {
            assertThatThrownBy(() -> plain(words)).isInstanceOf(CliException.class).hasMessageContaining("; set --");
        }
        assertThatThrownBy(() -> plain("demo --load-delay 20")).isInstanceOf(ConfigurationException.class);
    }
}
