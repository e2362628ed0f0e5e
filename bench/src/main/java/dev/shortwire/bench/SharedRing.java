package dev.shortwire.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// A ring of bytes in memory that two processes share, one writing and one reading: as little as there can be.
///
/// ```
/// offset length
///      0      8 head: bytes written since the beginning, by the writer
///    128      8 tail: bytes read since the beginning, by the reader
///    256      4 1 while the reader sleeps or is about to
///    260      4 1 while the reader is to wait awake
///    512 2^n    the bytes
/// ```
///
/// The reader sleeps on the low half of head, after it has said so and looked again; the writer looks at what it said
/// after it has moved head. Both are sequentially consistent, so one of them sees the other: no wake-up is lost.
final class SharedRing {
    private static final long HEAD = 0;
    private static final long TAIL = 128;
    private static final long SLEEPING = 256;
    private static final long AWAKE = 260;
    private static final long DATA = 512;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final MemorySegment memory;
    private final MemorySegment headWord;
    private final long capacity;
    private long head;
    private long tail;

    /// @param capacityBytes a power of two
    SharedRing(MemorySegment memory, long capacityBytes) {
        this.memory = memory;
        this.headWord = memory.asSlice(HEAD, 4);
        this.capacity = capacityBytes;
    }

    static long sizeBytes(long capacityBytes) {
        return DATA + capacityBytes;
    }

    /// Bytes there are to read, as far as the reader knows without looking.
    long known() {
        return head - tail;
    }

    /// Waits until `length` bytes can be read.
    void await(long length) {
        while ((head = (long) LONG.getAcquire(memory, HEAD)) - tail < length) {
            if ((int) INT.getOpaque(memory, AWAKE) == 1) {
                Thread.onSpinWait();
            } else {
                sleep();
            }
        }
    }

    private void sleep() {
        INT.setVolatile(memory, SLEEPING, 1);
        if ((long) LONG.getVolatile(memory, HEAD) == head) {
            Futex.await(headWord, (int) head);
        }
        INT.setRelease(memory, SLEEPING, 0);
    }

    /// Whether the reader is to wait awake; said by the other side.
    void awake(boolean value) {
        INT.setVolatile(memory, AWAKE, value ? 1 : 0);
        Futex.wake(headWord);
    }

    int readInt() {
        return memory.get(ValueLayout.JAVA_INT, DATA + (tail & capacity - 1));
    }

    void readTo(MemorySegment target, long length) {
        long at = tail & capacity - 1;
        long first = Math.min(length, capacity - at);
        MemorySegment.copy(memory, DATA + at, target, 0, first);
        MemorySegment.copy(memory, DATA, target, first, length - first);
    }

    /// Gives the bytes back that were read.
    void release(long length) {
        tail += length;
        LONG.setRelease(memory, TAIL, tail);
    }

    void write(MemorySegment source, long length) {
        while (head + length - tail > capacity) {
            tail = (long) LONG.getAcquire(memory, TAIL);
            Thread.onSpinWait();
        }
        long at = head & capacity - 1;
        long first = Math.min(length, capacity - at);
        MemorySegment.copy(source, 0, memory, DATA + at, first);
        MemorySegment.copy(source, first, memory, DATA, length - first);
        head += length;
    }

    /// Shows the reader what was written, and wakes it if it sleeps.
    void publish() {
        LONG.setVolatile(memory, HEAD, head);
        if ((int) INT.getVolatile(memory, SLEEPING) == 1) {
            Futex.wake(headWord);
        }
    }
}
