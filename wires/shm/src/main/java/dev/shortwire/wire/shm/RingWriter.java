package dev.shortwire.wire.shm;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// The end of a ring that bytes go into. Used by one thread at a time; see [ShmPipe] for the protocol.
final class RingWriter {
    private final MemorySegment words;
    private final ByteBuffer data;
    private final int capacity;
    private long tail;
    private long knownHead;

    RingWriter(Memory memory, int ring) {
        this.words = memory.words(ring);
        this.data = memory.data(ring).asByteBuffer();
        this.capacity = memory.capacity();
    }

    /// Copies as much of `source` as there is room for and tells its reader.
    ///
    /// @return how many bytes
    /// @throws BrokenRingException if the reader's position makes no sense
    int write(ByteBuffer source) throws BrokenRingException {
        int wanted = source.remaining();
        if (capacity - (tail - knownHead) < wanted) {
            look();
        }
        int count = (int) Math.min(wanted, capacity - (tail - knownHead));
        if (count > 0) {
            copy(source, count);
            tail += count;
            Words.LONG.setRelease(words, (long) Layout.TAIL, tail);
        }
        return count;
    }

    private void copy(ByteBuffer source, int count) {
        int at = (int) tail & (capacity - 1);
        int first = Math.min(count, capacity - at);
        int from = source.position();
        data.put(at, source, from, first);
        if (first < count) {
            data.put(0, source, from + first, count - first);
        }
        source.position(from + count);
    }

    /// Whether at least one byte would find room now.
    boolean hasRoom() throws BrokenRingException {
        if (tail - knownHead == capacity) {
            look();
        }
        return tail - knownHead < capacity;
    }

    /// The reader's position is read once and believed only if it lies between what he had read before and what was
    /// written.
    private void look() throws BrokenRingException {
        long head = (long) Words.LONG.getAcquire(words, (long) Layout.HEAD);
        if (head < knownHead || head > tail) {
            throw new BrokenRingException("the peer says it has read up to " + head + ", which must lie between "
                    + knownHead + " and " + tail);
        }
        knownHead = head;
    }
}
