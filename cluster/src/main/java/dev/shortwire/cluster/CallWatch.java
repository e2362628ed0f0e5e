package dev.shortwire.cluster;

import dev.shortwire.spi.Clock;
import dev.shortwire.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks after the calls in flight: every few milliseconds it forgets those that have ended and tells the others how
/// they stand.
///
/// A timer for each call would cost as much as the call. So a call only pushes itself onto a stack, one compare-and-set,
/// and one timer for all of them takes the whole stack at its next look; most have ended by then. While nothing is in
/// flight there is no timer. `kept` belongs to the look, and `armed` makes sure that there is one look at a time: it is
/// taken before a look is scheduled and given back at its end, after which the stack is looked at again, since a call
/// that came before saw it taken.
final class CallWatch {
    static final long INTERVAL_NANOS = Duration.ofMillis(10).toNanos();
    private static final long REPORT_PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final Clock clock;
    private final Scheduler scheduler;
    private final Consumer<Line> late;
    private final AtomicReference<@Nullable TrackedCall> added = new AtomicReference<>();
    private final AtomicBoolean armed = new AtomicBoolean();
    private List<TrackedCall> kept = new ArrayList<>();

    /// @param late told of a line over which a call is late, every few milliseconds while it is
    CallWatch(Clock clock, Scheduler scheduler, Consumer<Line> late) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.late = late;
    }

    void add(TrackedCall call) {
        TrackedCall before;
        do {
            before = added.get();
            call.next = before;
        } while (!added.compareAndSet(before, call));
        arm();
    }

    private void arm() {
        if (!armed.get() && armed.compareAndSet(false, true)) {
            scheduler.schedule(INTERVAL_NANOS, this::look);
        }
    }

    private void look() {
        long now = clock.nanoTime();
        List<TrackedCall> open = new ArrayList<>();
        try {
            for (TrackedCall call = added.getAndSet(null); call != null;) {
                TrackedCall next = call.next;
                call.next = null;
                keepOpen(call, open);
                call = next;
            }
            kept.forEach(call -> keepOpen(call, open));
            open.forEach(call -> call.line().look(now));
            open.forEach(call -> tell(call, now));
        } finally {
            kept = open;
            if (open.isEmpty()) {
                armed.set(false);
                if (added.get() != null) {
                    arm();
                }
            } else {
                scheduler.schedule(INTERVAL_NANOS, this::look);
            }
        }
    }

    private static void keepOpen(TrackedCall call, List<TrackedCall> open) {
        if (!call.isOver()) {
            open.add(call);
        }
    }

    private void tell(TrackedCall call, long now) {
        Line line = call.line();
        long sent = call.startedNanos();
        if (now - sent >= line.lateNanos() && line.mayReport(now, REPORT_PAUSE_NANOS)) {
            late.accept(line);
        }
        if (line.isLeft() || line.silentNanos(now, sent) >= line.lateNanos()) {
            call.unheard(now);
        } else {
            call.waiting(now);
        }
    }
}
