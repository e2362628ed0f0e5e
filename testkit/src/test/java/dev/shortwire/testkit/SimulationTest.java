package dev.shortwire.testkit;

import org.junit.jupiter.api.Test;

/// Whole clusters under faults. More seeds: `-Dshortwire.seeds=100000`; one seed with its trace: `-Dshortwire.seed=123`.
final class SimulationTest {
    private static final int SEEDS = 200;

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
}
