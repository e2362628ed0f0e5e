package dev.shortwire.testkit;

import dev.shortwire.FailureKind;
import dev.shortwire.cache.Outcome;

/// No event of a machine throws, and no call ends as a fault of Shortwire's own. What events throw comes here by
/// `Environment.faults`.
final class NoFaultCheck extends Check {
    static final String NAME = "no event of a machine throws";

    private final Simulation simulation;

    NoFaultCheck(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    public void callEnded(SimCall call) {
        if (call.outcome() instanceof Outcome.Failed failed && failed.kind() == FailureKind.INTERNAL) {
            simulation.violated(NAME, call.toString(), failed.cause());
        }
    }
}
