package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class CoresTest {
    @Test
    void givesBackWhatItBound() throws IOException {
        try (Child one = Child.start(BusyProcess.class); Child other = Child.start(BusyProcess.class)) {
            one.hear(Duration.ofSeconds(30));
            other.hear(Duration.ofSeconds(30));
            String before = Cores.of(one.pid());
            try (Cores cores = new Cores()) {
                cores.pinTogether(List.of(one.pid(), other.pid()));
                assertThat(Cores.count(Cores.of(one.pid()))).isEqualTo(1);
                assertThat(Cores.of(other.pid())).isEqualTo(Cores.of(one.pid()));
            }
            assertThat(Cores.of(one.pid())).isEqualTo(before);
            assertThat(Cores.of(other.pid())).isEqualTo(before);
        }
    }

    @Test
    void countsWhatAListNames() {
        assertThat(Cores.count("0,1")).isEqualTo(2);
        assertThat(Cores.count("0-3,8,10-11")).isEqualTo(7);
    }
}
