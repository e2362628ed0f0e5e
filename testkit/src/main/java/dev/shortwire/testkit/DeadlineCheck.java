package dev.shortwire.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// No call ends later than its deadline, and every call ends exactly once. The tolerance is 0 of virtual time; only a
/// call whose process was paused at its deadline may end at the instant at which the process goes on. Calls that were
/// cancelled, and those of a process that died, need not end.
final class DeadlineCheck extends Check {
    static final String NAME = "every call ends once, by its deadline";

    private final Simulation simulation;
    private final PriorityQueue<SimCall> open = new PriorityQueue<>(Comparator.comparingLong(SimCall::deadlineNanos));
    private final List<SimCall> ofPaused = new ArrayList<>();

    DeadlineCheck(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    void callStarted(SimCall call) {
        lookForTheLate();
        open.add(call);
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
        lookForTheLate();
        open.addAll(ofPaused);
        ofPaused.clear();
        lookForTheLate();
    }

    private void lookForTheLate() {
        long now = simulation.nowNanos();
        for (SimCall call = open.peek(); call != null && call.deadlineNanos() < now; call = open.peek()) {
            open.remove();
            SimProcess process = call.node().process();
            if (call.isDone() || call.isCancelled() || !process.isAlive()) {
                continue;
            }
            if (process.isPaused() || process.resumedAt() == now) {
                ofPaused.add(call);
            } else {
                simulation.violated(NAME, call + " never ended", null);
            }
        }
    }
}
