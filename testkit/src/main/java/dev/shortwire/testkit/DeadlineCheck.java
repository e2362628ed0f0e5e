package dev.shortwire.testkit;

import java.util.ArrayList;
import java.util.List;

/// No call ends later than its deadline, and every call ends exactly once. The tolerance is 0 of virtual time; only a
/// call whose process was paused at its deadline may end at the instant at which the process goes on. Calls that were
/// cancelled, and those of a process that died, need not end.
final class DeadlineCheck extends Check {
    static final String NAME = "every call ends once, by its deadline";

    private final Simulation simulation;
    private final List<SimCall> open = new ArrayList<>();

    DeadlineCheck(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    void callStarted(SimCall call) {
        open.add(call);
        if (open.size() > 1000) {
            open.removeIf(c -> c.isDone() && simulation.nowNanos() > c.deadlineNanos());
        }
    }

    @Override
    void callEnded(SimCall call) {
        if (call.endings() > 1) {
            simulation.violated(NAME, call + " ended " + call.endings() + " times", null);
        }
        if (call.isCancelled()) {
            simulation.violated(NAME, call + " was told its outcome after it was cancelled", null);
        }
        long now = simulation.nowNanos();
        boolean pausedMeanwhile = now == call.node().process().resumedAt();
        if (now > call.deadlineNanos() && !pausedMeanwhile) {
            simulation.violated(NAME, call + " ended " + (now - call.deadlineNanos()) + " ns late", null);
        }
    }

    @Override
    void finished() {
        for (SimCall call : open) {
            boolean owed = call.node().process().isAlive() && !call.node().isPaused() && !call.isCancelled();
            if (owed && !call.isDone() && call.deadlineNanos() < simulation.nowNanos()) {
                simulation.violated(NAME, call + " never ended", null);
            }
        }
    }
}
