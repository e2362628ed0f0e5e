package dev.shortwire.wire.shm;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// The end of a ring that bytes come out of. Used by one thread at a time; see [ShmPipe] for the protocol.
final class RingReader {
    private final MemorySegment words;
    private final ByteBuffer data;
    private final int capacity;
    private long head;
    private long knownTail;

    RingReader(Memory memory, int ring) {
        this.words = memory.words(ring);
        this.data = memory.data(ring).asByteBuffer();
        this.capacity = memory.capacity();
    }

    /// Copies what has come to `target`, as much as it has room for, and tells the writer that it is free.
    ///
    /// @return how many bytes
    /// @throws BrokenRingException if the writer's position makes no sense
    int read(ByteBuffer target) throws BrokenRingException {
        if (!hasBytes()) {
            return 0;
        }
        int count = (int) Math.min(target.remaining(), knownTail - head);
        int at = (int) head & (capacity - 1);
        int first = Math.min(count, capacity - at);
        int to = target.position();
        target.put(to, data, at, first);
        if (first < count) {
            target.put(to + first, data, 0, count - first);
        }
        target.position(to + count);
        head += count;
        Words.LONG.setRelease(words, (long) Layout.HEAD, head);
        return count;
    }

    /// Whether a byte can be read now.
    boolean hasBytes() throws BrokenRingException {
        if (knownTail == head) {
            look();
        }
        return knownTail != head;
    }

    /// Whether so much of the ring is free that it is worth waking a writer who waits for room: he should not wake for each
    /// few bytes. True at the latest when all was read.
    boolean isRoomy() {
        return knownTail - head <= capacity - (capacity >> 2);
    }

    /// The writer's position is read once and believed only if it lies between what was read and a full ring beyond that.
    private void look() throws BrokenRingException {
        long tail = (long) Words.LONG.getAcquire(words, (long) Layout.TAIL);
        long waiting = tail - head;
        if (waiting < 0 || waiting > capacity) {
            throw new BrokenRingException("the peer says it has written up to " + tail + ", which must lie between "
                    + head + " and " + (head + capacity));
        }
        knownTail = tail;
    }
}
