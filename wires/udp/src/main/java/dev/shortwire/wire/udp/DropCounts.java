package dev.shortwire.wire.udp;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// How many datagrams, or items in them, were dropped, and why. Nothing else ever tells: who sent them gets no answer.
/// Safe for use by any thread.
final class DropCounts {
    /// Why something was dropped.
    enum Reason {
        /// Shorter than a packet is, or longer than agreed.
        LENGTH,
        /// Of no session that there is.
        UNKNOWN_SESSION,
        /// Not from the address that the session was issued for.
        OTHER_ADDRESS,
        /// Not made with the session's key.
        FORGED,
        /// Came before, or too late to tell.
        REPLAYED,
        /// Authentic, and not as `docs/protocol.md` says.
        MALFORMED,
        /// A request whose place belongs to a newer one by now.
        STALE,
        /// Not sent: the keys are used up, or the network takes nothing.
        UNSENT
    }

    /// Has all of them from the beginning, and is not changed.
    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    DropCounts() {
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    void count(Reason reason) {
        adder(reason).increment();
    }

    long of(Reason reason) {
        return adder(reason).sum();
    }

    private LongAdder adder(Reason reason) {
        return Objects.requireNonNull(counts.get(reason));
    }

    /// All of them together.
    long all() {
        long sum = 0;
        for (Reason reason : Reason.values()) {
            sum += of(reason);
        }
        return sum;
    }
}
