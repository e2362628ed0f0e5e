package dev.shortwire.wire.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ReplayWindowTest {
    @Test
    void takesEachNumberOnceAndNoneThatIsTooOld() {
        ReplayWindow window = new ReplayWindow();
        assertThat(window.take(-1)).isFalse();
        assertThat(window.take(0)).isTrue();
        assertThat(window.take(0)).isFalse();
        assertThat(window.take(ReplayWindow.SIZE)).isTrue();
        assertThat(window.take(0)).isFalse();
        assertThat(window.take(1)).isTrue();
        assertThat(window.take(10L * ReplayWindow.SIZE)).isTrue();
        assertThat(window.take(9L * ReplayWindow.SIZE)).isFalse();
        assertThat(window.take(9L * ReplayWindow.SIZE + 1)).isTrue();
    }

    @Test
    void agreesWithASetOfAllNumbersEverTaken() {
        long seed = System.nanoTime();
        System.out.println("replay window with seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        ReplayWindow window = new ReplayWindow();
        Set<Long> taken = new HashSet<>();
        long newest = -1;
        for (int i = 0; i < 100_000; i++) {
            long step = random.nextInt(100) == 0 ? random.nextInt(3 * ReplayWindow.SIZE) : random.nextInt(4);
            long number = random.nextBoolean() ? newest + step : newest - random.nextInt(ReplayWindow.SIZE + 10);
            boolean wanted = number >= 0 && number > newest - ReplayWindow.SIZE && taken.add(number);
            assertThat(window.take(number)).as("number %d of newest %d", number, newest).isEqualTo(wanted);
            newest = Math.max(newest, number);
        }
    }
}
