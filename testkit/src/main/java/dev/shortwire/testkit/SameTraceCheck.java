package dev.shortwire.testkit;

import java.util.List;

/// The same seed takes the same course: two runs have the same trace hash. What breaks it is time, chance or order that
/// did not come from the simulation.
final class SameTraceCheck {
    static final String NAME = "the same seed takes the same course";

    private SameTraceCheck() {}

    /// Runs a seed twice, and returns its trace hash.
    static long run(long seed, Plants plants) {
        long one = SimulationRun.run(seed, plants, false);
        long other = SimulationRun.run(seed, plants, false);
        if (one != other) {
            throw new Violation(seed, 0, NAME,
                    "one run has trace hash " + one + ", another one " + other + "; compare their printed traces",
                    List.of(), null);
        }
        return one;
    }
}
