package dev.shortwire.wire.udp;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The calls of a session that have no outcome yet, each in a slot that is agreed on with the server. Lock-free.
///
/// A call's id is the index of its slot and, above it, a number that only grows. A slot is given to another call only when
/// its last one has ended: so the server may forget a call when it sees a later one in its slot, and only then. As few slots
/// are used as the load has asked for, so that it keeps few replies.
///
/// Whoever changes a slot from a call to empty, by compare-and-set, has ended that call.
final class ClientSlots {
    /// Fewest and most slots that a session has.
    static final int FEWEST = 64;
    static final int MOST = 1 << 16;

    private final int slotBits;
    private final AtomicReferenceArray<@Nullable UdpCall> slots;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong lastNumber = new AtomicLong();
    /// Number of slots in use, less one. Only grows.
    private volatile int mask = FEWEST - 1;

    /// @param slots a power of two from [#FEWEST] to [#MOST]; half as many calls are taken, so that finding one is quick
    ClientSlots(int slots) {
        this.slotBits = Integer.numberOfTrailingZeros(slots);
        this.slots = new AtomicReferenceArray<>(slots);
    }

    /// Takes a call in and gives it its id.
    ///
    /// @return false if there are too many
    boolean add(UdpCall call) {
        int now = count.incrementAndGet();
        if (now * 2 > mask + 1) {
            if (now * 2 > slots.length()) {
                count.decrementAndGet();
                return false;
            }
            widen(now);
        }
        while (true) {
            long number = lastNumber.incrementAndGet();
            int slot = (int) number & mask;
            if (slots.getPlain(slot) == null) {
                call.id = number << slotBits | slot;
                if (slots.compareAndSet(slot, null, call)) {
                    return true;
                }
            }
        }
    }

    private synchronized void widen(int calls) {
        mask = Math.max(mask, Math.min(slots.length(), Integer.highestOneBit(calls) << 2) - 1);
    }

    /// The call of that id, or null if it has ended or never was.
    @Nullable
    UdpCall get(long id) {
        UdpCall call = slots.get((int) id & slots.length() - 1);
        return call != null && call.id == id ? call : null;
    }

    /// Takes a call out. The caller then has to tell its outcome.
    ///
    /// @return false if somebody else has
    boolean remove(UdpCall call) {
        if (!slots.compareAndSet((int) call.id & slots.length() - 1, call, null)) {
            return false;
        }
        count.decrementAndGet();
        return true;
    }

    /// Shows every call that is there from now until this returns.
    void forEach(Consumer<UdpCall> action) {
        int last = mask;
        for (int slot = 0; slot <= last; slot++) {
            UdpCall call = slots.get(slot);
            if (call != null) {
                action.accept(call);
            }
        }
    }

    boolean isEmpty() {
        return count.get() == 0;
    }

    /// How many calls there have been, roughly.
    long made() {
        return lastNumber.get();
    }
}
