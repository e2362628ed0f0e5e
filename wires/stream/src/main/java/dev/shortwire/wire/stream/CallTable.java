package dev.shortwire.wire.stream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The calls of a link that have no outcome yet, by correlation id. Lock-free, safe for use by any thread; costs no
/// memory beyond its slots, of which there are always at least twice as many as calls.
///
/// A correlation id is a slot's index and, above it, a number that is never used again: a reply finds its call at once,
/// and a late one finds another number there, or nothing. Whoever changes a slot from a call to empty, by
/// compare-and-set, has ended that call.
///
/// The slots come in chunks that are made when they are first needed, and new calls go round in as many of them as the
/// load has asked for: a link with one call at a time touches one chunk.
///
/// Calls whose caller lends its thread are counted apart from the others, for which somebody else has to read. A call is
/// counted before it has a slot and until it has none.
final class CallTable {
    private static final int CHUNK_BITS = 6;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int MOST = 1 << 24;

    private final int maxCalls;
    private final int slotBits;
    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable StreamCall>> chunks;
    private final AtomicInteger lentCalls = new AtomicInteger();
    private final AtomicInteger otherCalls = new AtomicInteger();
    private final AtomicLong lastNumber = new AtomicLong();
    /// Number of slots in use, less one. Only grows.
    private volatile int mask = CHUNK - 1;

    /// @param maxCalls how many there may be at once, 1 or more
    CallTable(int maxCalls) {
        this.maxCalls = Math.min(maxCalls, MOST);
        this.slotBits = Math.max(CHUNK_BITS, 32 - Integer.numberOfLeadingZeros(2 * this.maxCalls - 1));
        this.chunks = new AtomicReferenceArray<>(1 << (slotBits - CHUNK_BITS));
    }

    /// Takes a call in and gives it its id.
    ///
    /// @return false if there are too many
    boolean add(StreamCall call) {
        int others = call.isLent ? otherCalls.get() : lentCalls.get();
        int count = counter(call).incrementAndGet() + others;
        if (count > maxCalls) {
            counter(call).decrementAndGet();
            return false;
        }
        if (count * 2 > mask + 1 && mask + 1 < 1 << slotBits) {
            widen(count);
        }
        while (true) {
            long number = lastNumber.incrementAndGet();
            int slot = (int) number & mask;
            AtomicReferenceArray<@Nullable StreamCall> chunk = chunk(slot >> CHUNK_BITS);
            if (chunk.getPlain(slot & (CHUNK - 1)) == null) {
                call.id = number << slotBits | slot;
                if (chunk.compareAndSet(slot & (CHUNK - 1), null, call)) {
                    return true;
                }
            }
        }
    }

    private AtomicInteger counter(StreamCall call) {
        return call.isLent ? lentCalls : otherCalls;
    }

    private synchronized void widen(int count) {
        int wanted = Math.min(1 << slotBits, Integer.highestOneBit(count) << 2);
        mask = Math.max(mask, wanted - 1);
    }

    private AtomicReferenceArray<@Nullable StreamCall> chunk(int index) {
        AtomicReferenceArray<@Nullable StreamCall> chunk = chunks.get(index);
        if (chunk == null) {
            chunks.compareAndSet(index, null, new AtomicReferenceArray<>(CHUNK));
            chunk = chunk(index);
        }
        return chunk;
    }

    /// Takes out the call of that id, if it is still there. The caller has to tell its outcome.
    @Nullable
    StreamCall remove(long id) {
        int slot = (int) id & (1 << slotBits) - 1;
        AtomicReferenceArray<@Nullable StreamCall> chunk = chunks.get(slot >> CHUNK_BITS);
        StreamCall call = chunk == null ? null : chunk.get(slot & (CHUNK - 1));
        return call != null && call.id == id && remove(call) ? call : null;
    }

    /// Takes out a call. The caller then has to tell its outcome.
    ///
    /// @return false if somebody else has
    boolean remove(StreamCall call) {
        int slot = (int) call.id & (1 << slotBits) - 1;
        AtomicReferenceArray<@Nullable StreamCall> chunk = chunks.get(slot >> CHUNK_BITS);
        if (chunk == null || !chunk.compareAndSet(slot & (CHUNK - 1), call, null)) {
            return false;
        }
        counter(call).decrementAndGet();
        return true;
    }

    /// Shows every call that is in the table from now until this returns.
    void forEach(Consumer<StreamCall> action) {
        int last = mask >> CHUNK_BITS;
        for (int i = 0; i <= last; i++) {
            AtomicReferenceArray<@Nullable StreamCall> chunk = chunks.get(i);
            for (int slot = 0; chunk != null && slot < CHUNK; slot++) {
                StreamCall call = chunk.get(slot);
                if (call != null) {
                    action.accept(call);
                }
            }
        }
    }

    boolean isEmpty() {
        return otherCalls.get() == 0 && lentCalls.get() == 0;
    }

    /// Whether there is a call whose caller does not read.
    boolean hasUnlent() {
        return otherCalls.get() > 0;
    }

    /// How many calls were ever made: who sees the same number twice knows that the link was idle in between.
    long made() {
        return lastNumber.get();
    }
}
