package dev.shortwire.testkit;

import dev.shortwire.spi.Scheduler.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A world with virtual time: one thread, one queue of events ordered by (time, sequence), one seed. The same seed takes
/// the same course, which [#traceHash()] shows. Time moves only when nothing is left to do at the present instant.
/// Confined to one thread.
public final class Simulation {
    private static final long START_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Comparator<Event> ORDER = (a, b) -> a.at != b.at ? Long.compare(a.at, b.at)
            : Long.compare(a.sequence, b.sequence);

    private final long seed;
    private final SplittableRandom random;
    private final Trace trace = new Trace();
    private final PriorityQueue<Event> queue = new PriorityQueue<>(256, ORDER);
    private @Nullable Violation violation;
    private long now = START_NANOS;
    private long sequence;
    private long processes;

    /// A world in which nothing has happened yet.
    public Simulation(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    public long seed() {
        return seed;
    }

    /// Virtual time in nanoseconds; starts at one second.
    public long nowNanos() {
        return now;
    }

    /// Hash of every event delivered so far: time, node, kind. Equal for runs that took the same course.
    public long traceHash() {
        return trace.hash();
    }

    /// Prints every event from now on.
    public void print() {
        trace.print();
    }

    /// A source of random numbers of its own, so that one part's draws do not shift another's.
    public SplittableRandom fork() {
        return random.split();
    }

    /// Runs `task`, an event of the world and of no node, after `delayNanos`.
    public Timer after(long delayNanos, String kind, Runnable task) {
        return add(null, delayNanos, kind, task, null);
    }

    /// Runs the next event; false if there is none.
    ///
    /// @throws Violation if a check found a promise broken
    public boolean step() {
        Event event = queue.poll();
        if (event == null) {
            return false;
        }
        now = event.at;
        if (!event.cancelled) {
            deliver(event);
        }
        if (violation != null) {
            throw violation;
        }
        return true;
    }

    /// Runs all that happens within `duration`.
    public void runFor(Duration duration) {
        runUntil(now + duration.toNanos());
    }

    /// Runs until `condition` holds.
    ///
    /// @return false if it did not within `atMost`
    public boolean runUntil(BooleanSupplier condition, Duration atMost) {
        long end = now + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            Event next = queue.peek();
            if (next == null || next.at > end) {
                now = end;
                return condition.getAsBoolean();
            }
            step();
        }
        return true;
    }

    void runUntil(long endNanos) {
        for (Event next = queue.peek(); next != null && next.at <= endNanos; next = queue.peek()) {
            step();
        }
        now = endNanos;
    }

    /// An event of `process`: waits while that is paused, and is dropped, or replaced by `ifDead`, once it is dead.
    Timer add(@Nullable SimProcess process, long delayNanos, String kind, Runnable task, @Nullable Runnable ifDead) {
        Event event = new Event(now + Math.max(0, delayNanos), sequence++, process, kind, task, ifDead);
        queue.add(event);
        return event;
    }

    long nextProcessNumber() {
        return ++processes;
    }

    /// Says in the trace what happened within an event.
    void note(String who, String what) {
        trace.add(now, who, what);
    }

    /// A check found a promise broken; the run ends with the first one.
    void violated(String check, String message, @Nullable Throwable cause) {
        if (violation == null) {
            violation = new Violation(seed, now, check, message, trace.recent(), cause);
        }
    }

    private void deliver(Event event) {
        SimProcess process = event.process;
        Runnable task = event.task;
        if (process != null && !process.isAlive()) {
            if (event.ifDead == null) {
                return;
            }
            task = event.ifDead;
        } else if (process != null && process.isPaused()) {
            process.park(event);
            return;
        }
        trace.add(now, process == null ? "-" : process.name(), event.kind);
        try {
            task.run();
        } catch (Violation v) {
            throw v;
        } catch (RuntimeException | Error e) {
            violated("no event throws", "event \"" + event.kind + "\" of " + (process == null ? "-" : process.name())
                    + " threw " + e, e);
        }
    }

    /// Something that will happen.
    static final class Event implements Timer {
        private final long at;
        private final long sequence;
        private final @Nullable SimProcess process;
        private final String kind;
        private final Runnable task;
        private final @Nullable Runnable ifDead;
        private boolean cancelled;
        private @Nullable Timer moved;

        private Event(long at, long sequence, @Nullable SimProcess process, String kind, Runnable task,
                @Nullable Runnable ifDead) {
            this.at = at;
            this.sequence = sequence;
            this.process = process;
            this.kind = kind;
            this.task = task;
            this.ifDead = ifDead;
        }

        /// Puts the event, which waited for its process, back into the queue.
        void unpark(Simulation simulation) {
            if (!cancelled) {
                moved = simulation.add(process, 0, kind, task, ifDead);
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            if (moved != null) {
                moved.cancel();
            }
        }
    }
}
