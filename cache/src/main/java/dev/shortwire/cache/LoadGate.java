package dev.shortwire.cache;

import dev.shortwire.GroupOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// How many loads of one group run at once on this node, and who is next: what protects the origin. First come, first
/// served. A load within a load of the same group does not queue: the outer one would wait for it for ever. Confined to
/// the serialized machine.
final class LoadGate {
    private final String group;
    private final int maxRunning;
    private final int maxQueued;
    private final Deque<Flight> queue = new ArrayDeque<>();
    private int running;

    LoadGate(String group, GroupOptions options) {
        this.group = group;
        this.maxRunning = options.maxConcurrentLoads();
        this.maxQueued = options.maxQueuedLoads();
    }

    /// Lets the flight run or queue; false if the queue is full.
    boolean enter(Flight flight) {
        boolean nested = flight.ancestry.steps().stream().filter(s -> s.group().equals(group)).count() > 1;
        if (running < maxRunning || nested) {
            admit(flight);
            return true;
        }
        return queue.size() < maxQueued && queue.offer(flight);
    }

    /// A flight that queues must not wait any longer: a load of the same group waits for it.
    void letPass(Flight flight) {
        queue.remove(flight);
        admit(flight);
    }

    private void admit(Flight flight) {
        running++;
        flight.holdsPermit = true;
    }

    /// The loader of `flight` ended; returns the flight whose turn it is now, or null.
    @Nullable
    Flight leave(Flight flight) {
        flight.holdsPermit = false;
        running--;
        if (running >= maxRunning || queue.isEmpty()) {
            return null;
        }
        Flight next = queue.remove();
        admit(next);
        return next;
    }

    /// A flight that waited for its turn no longer does.
    void withdraw(Flight flight) {
        queue.remove(flight);
    }

    String refusal() {
        return "group " + group + " has " + running + " loads under way and " + queue.size()
                + " waiting; try again later, or raise max-concurrent-loads or max-queued-loads";
    }
}
