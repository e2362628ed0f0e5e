package dev.shortwire.wire.shm;

/// Where things are in the shared memory, in bytes from its start; `docs/protocol.md` has the table. Words that different
/// processors write lie 128 bytes apart, because processors fetch cache lines in pairs.
///
/// The ring of the side that connected comes first. Positions count the bytes since the beginning and never fall.
final class Layout {
    /// Page with the words of both rings.
    static final int HEADER_BYTES = 4096;
    /// From one ring's words to the other's.
    static final int RING_STRIDE = 1024;

    /// 8 bytes, within a ring's words: how much was written, told by the writer.
    static final int TAIL = 0;
    /// 8 bytes: how much was read, told by the reader.
    static final int HEAD = 128;
    /// 4 bytes: 1 while the reader sleeps on this word, or is about to; 0 otherwise.
    static final int READER_SLEEPS = 256;
    /// 4 bytes: likewise for the writer.
    static final int WRITER_SLEEPS = 384;

    /// 4 bytes that stay 0: the side that listened sleeps on it during the greeting.
    static final int GREETING_OF_LISTENER = 2048;
    /// 4 bytes that stay 0: the side that connected sleeps on it during the greeting.
    static final int GREETING_OF_CONNECTOR = 2176;

    static final int SMALLEST_CAPACITY = 4096;
    static final int LARGEST_CAPACITY = 64 * 1024 * 1024;

    private Layout() {}

    /// Bytes of memory for two rings of so many bytes each.
    static long totalBytes(int capacity) {
        return HEADER_BYTES + 2L * capacity;
    }

    /// Whether rings may have that many bytes: a power of two, so that a position's place in the ring is a mask away.
    static boolean isCapacity(int capacity) {
        return capacity >= SMALLEST_CAPACITY && capacity <= LARGEST_CAPACITY && Integer.bitCount(capacity) == 1;
    }
}
