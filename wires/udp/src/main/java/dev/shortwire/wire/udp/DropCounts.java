package dev.shortwire.wire.udp;

import dev.shortwire.wire.stream.FaultLog;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// How many datagrams, or items in them, were dropped, and why. Who sent them gets no answer; here the log says once
/// of each reason that it happens. Safe for use by any thread.
final class DropCounts {
    /// Why something was dropped.
    enum Reason {
        /// Shorter than a packet is, or longer than agreed.
        LENGTH("its length is not as agreed"),
        /// Of no session that there is.
        UNKNOWN_SESSION("its session is not known here, or has ended"),
        /// Not from the address that the session was issued for.
        OTHER_ADDRESS("it came from another address than the session's; nothing may translate addresses between nodes"),
        /// Not made with the session's key.
        FORGED("it was not made with the session's key"),
        /// Came before, or too late to tell.
        REPLAYED("it came before, or very late"),
        /// Authentic, and not as `docs/protocol.md` says.
        MALFORMED("what it carries is not as agreed"),
        /// A request whose place belongs to a newer one by now.
        STALE("it asks for what nobody waits for any more"),
        /// Not sent: the keys are used up, or the network takes nothing.
        UNSENT("it could not be sent");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    /// Has all of them from the beginning, and is not changed.
    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    private final Set<Reason> logged = ConcurrentHashMap.newKeySet();
    private final FaultLog faults;

    DropCounts(FaultLog faults) {
        this.faults = faults;
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    void count(Reason reason) {
        adder(reason).increment();
        if (logged.add(reason)) {
            faults.info("dropped " + reason, "dropped a datagram: " + reason.words);
        }
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
