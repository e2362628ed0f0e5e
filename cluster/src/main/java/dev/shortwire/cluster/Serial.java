package dev.shortwire.cluster;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(Serial.class);

    private final ConcurrentLinkedQueue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

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
            } catch (RuntimeException e) {
                // A fault of ours. The machine goes on: the other keys and calls are not to blame.
                LOG.error("an event of the serialized machine failed", e);
            }
        } while (waiting.decrementAndGet() > 0);
    }
}
