package dev.shortwire.cluster;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// The serialized machine of a node: events run one at a time, each seeing all that the ones before it did. Every
/// mutation, start and end of a flight and change of ownership is such an event; only a hit is not.
///
/// It has no thread: whoever brings an event to an idle machine runs it, together with those that arrive meanwhile.
/// That saves the hand-over to another thread, which would cost more than the event. So an event must be short and must
/// not block; what it wants done outside it hands to a wire, a timer or a worker. An event that brings another one only
/// queues it.
///
/// Lock-free. `waiting` counts the events queued or running; the one who takes it from 0 to 1 drains, until he takes it
/// back to 0.
public final class Serial {
    private final ConcurrentLinkedQueue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Consumer<Throwable> faults;

    /// @param faults told what an event threw; must not throw
    public Serial(Consumer<Throwable> faults) {
        this.faults = faults;
    }

    /// Runs `event` now, or as soon as the events before it have run, perhaps on another thread.
    public void run(Runnable event) {
        events.add(event);
        if (waiting.getAndIncrement() == 0) {
            drain();
        }
    }

    private void drain() {
        do {
            Runnable event = events.remove();
            try {
                event.run();
            } catch (RuntimeException | Error e) {
                // A fault of ours. The machine goes on: the other keys and calls are not to blame. An error that got
                // away here would leave `waiting` above 0, and nobody would ever drain again.
                faults.accept(e);
            }
        } while (waiting.decrementAndGet() > 0);
    }
}
