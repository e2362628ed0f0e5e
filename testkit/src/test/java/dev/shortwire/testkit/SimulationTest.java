package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Whole clusters under faults. More seeds: `-Dshortwire.seeds=100000`; one seed with its trace: `-Dshortwire.seed=123`.
final class SimulationTest {
    private static final int SEEDS = 200;
    private static final int TWICE = 15;

    @Test
    void keepsItsPromisesWhateverTheSeedBreaks() {
        Long one = Long.getLong("shortwire.seed");
        if (one != null) {
            SimulationRun.run(one, true);
            return;
        }
        int seeds = Integer.getInteger("shortwire.seeds", SEEDS);
        for (long seed = 1; seed <= seeds; seed++) {
            SimulationRun.run(seed, false);
        }
    }

    @Test
    void theSameSeedTakesTheSameCourse() {
        for (long seed = 1; seed <= TWICE; seed++) {
            SameTraceCheck.run(seed, Plants.NONE);
        }
    }

    @Test
    void differentSeedsTakeDifferentCourses() {
        assertThat(SimulationRun.run(1, false)).isNotEqualTo(SimulationRun.run(2, false));
    }

    /// Immutable maps and sets are iterated in an order that each JVM draws anew.
    @Test
    void theSameSeedTakesTheSameCourseInAnotherJvm() throws IOException, InterruptedException {
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process other = new ProcessBuilder(java, "-cp", classPath, TraceOfSeeds.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            String printed = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(printed.strip()).isEqualTo(TraceOfSeeds.text());
        } finally {
            other.destroyForcibly();
        }
    }
}
