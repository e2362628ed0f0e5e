package dev.shortwire.testkit;

import dev.shortwire.cluster.Environment;
import dev.shortwire.spi.Clock;
import dev.shortwire.spi.Scheduler.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One process of a simulated node: it has a clock of its own, it can be paused, and it can die, with which all its
/// events are gone. A restart is another process of the same name.
final class SimProcess {
    private static final long MAX_CLOCK_OFFSET_NANOS = Duration.ofDays(365).toNanos();
    private static final int MAX_WORKER_DELAY_NANOS = 50_000;

    private final Simulation simulation;
    private final String name;
    private final long number;
    private final SplittableRandom random;
    private final long clockOffset;
    private final List<Simulation.Event> parked = new ArrayList<>();
    private boolean alive = true;
    private boolean paused;
    private long resumedAt;

    SimProcess(Simulation simulation, String name) {
        this.simulation = simulation;
        this.name = name;
        this.number = simulation.nextProcessNumber();
        this.random = simulation.fork();
        this.clockOffset = random.nextLong(-MAX_CLOCK_OFFSET_NANOS, MAX_CLOCK_OFFSET_NANOS);
    }

    String name() {
        return name;
    }

    /// 1 for the first process of the simulation, and so on.
    long number() {
        return number;
    }

    boolean isAlive() {
        return alive;
    }

    boolean isPaused() {
        return paused;
    }

    /// When the last pause ended, 0 for none yet.
    long resumedAt() {
        return resumedAt;
    }

    /// The instant of the world's time that this process calls `nanoTime`.
    long worldTime(long nanoTime) {
        return nanoTime - clockOffset;
    }

    long clock() {
        return simulation.nowNanos() + clockOffset;
    }

    /// What its node takes from outside.
    Environment environment() {
        Clock clock = new Clock() {
            @Override
            public long nanoTime() {
                return clock();
            }

            // As slow as it may be, so that a run shows who takes it for the time itself.
            @Override
            public long recentNanoTime() {
                return clock() - RECENT_NANOS;
            }

            @Override
            public long wallMillis() {
                return simulation.nowNanos() / 1_000_000;
            }
        };
        return new Environment(clock, (delay, task) -> after(delay, "timer", task), random,
                task -> after(random.nextInt(MAX_WORKER_DELAY_NANOS), "worker", task),
                fault -> simulation.violated(NoFaultCheck.NAME, name + " caught " + fault, fault));
    }

    /// Says in the trace what happened.
    void note(String what) {
        simulation.note(name, what);
    }

    Timer after(long delayNanos, String kind, Runnable task) {
        return simulation.add(this, delayNanos, kind, task, null);
    }

    Timer after(long delayNanos, String kind, Runnable task, @Nullable Runnable ifDead) {
        return simulation.add(this, delayNanos, kind, task, ifDead);
    }

    /// Keeps an event whose time has come until the pause ends.
    void park(Simulation.Event event) {
        parked.add(event);
    }

    void pause() {
        paused = true;
    }

    void resume() {
        if (paused) {
            paused = false;
            resumedAt = simulation.nowNanos();
            List<Simulation.Event> late = List.copyOf(parked);
            parked.clear();
            late.forEach(event -> event.unpark(simulation));
        }
    }

    void die() {
        alive = false;
        paused = false;
        parked.clear();
    }
}
