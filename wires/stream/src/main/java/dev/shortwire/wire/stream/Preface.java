package dev.shortwire.wire.stream;

import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/// The first bytes in each direction of a stream, by which both ends know that they speak the same protocol. The one
/// that connected says it first. `docs/protocol.md` describes it.
///
/// ```
/// offset length field
///      0      4 magic 0x53574c4b ("SWLK")
///      4      2 version of the protocol, 1
///      6      2 flags: 1 = reads announcements in the length of frames; unknown ones are ignored
///      8      4 longest frame that the sender of the preface accepts, in bytes
///     12      4 reserved, 0; ignored
/// ```
///
/// @param maxFrameBytes      longest frame that whoever sent it accepts, 1 KiB or more
/// @param readsAnnouncements whether it takes [OutBatch#AWAKE] for what it is, and not for a part of the length
record Preface(int maxFrameBytes, boolean readsAnnouncements) {
    static final int BYTES = 16;
    static final int MAGIC = 0x53574c4b;

    private static final int READS_ANNOUNCEMENTS = 1;
    private static final int MIN_FRAME_BYTES = 1024;
    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// Ours.
    Preface(int maxFrameBytes) {
        this(maxFrameBytes, true);
    }

    /// Writes it. Blocks until the pipe has taken it.
    ///
    /// @throws SocketTimeoutException if it did not in time
    void writeTo(Pipe pipe, long deadlineNanos) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
        bytes.putInt(MAGIC).putShort((short) FrameCodec.VERSION)
                .putShort((short) (readsAnnouncements ? READS_ANNOUNCEMENTS : 0))
                .putInt(maxFrameBytes).putInt(0)
                .flip();
        while (bytes.hasRemaining()) {
            if (pipe.write(bytes) == 0) {
                pipe.awaitWritable(left(deadlineNanos));
            }
        }
    }

    /// Reads the peer's. Blocks until it is there.
    ///
    /// @throws SocketTimeoutException if it was not in time
    /// @throws EOFException           if the peer closed instead
    /// @throws FrameException         if what came is no preface, or one of another version
    static Preface readFrom(Pipe pipe, long deadlineNanos) throws IOException, FrameException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
        while (bytes.hasRemaining()) {
            int count = pipe.read(bytes);
            if (count < 0) {
                throw new EOFException("the peer closed the connection instead of greeting");
            }
            checkMagic(bytes);
            if (count == 0) {
                pipe.awaitReadable(left(deadlineNanos));
            }
        }
        int version = bytes.getShort(4);
        int maxFrameBytes = bytes.getInt(8);
        if (version != FrameCodec.VERSION) {
            throw new FrameException("the peer speaks version " + version + " of the protocol, this node "
                    + FrameCodec.VERSION + "; upgrade the older node");
        }
        if (maxFrameBytes < MIN_FRAME_BYTES) {
            throw new FrameException("the peer takes frames of " + maxFrameBytes + " bytes at most; " + MIN_FRAME_BYTES
                    + " is the least");
        }
        return new Preface(maxFrameBytes, (bytes.getShort(6) & READS_ANNOUNCEMENTS) != 0);
    }

    /// As soon as a byte is wrong, so that nobody can keep us waiting with something else.
    private static void checkMagic(ByteBuffer bytes) throws FrameException {
        for (int i = 0; i < Math.min(4, bytes.position()); i++) {
            if (bytes.get(i) != (byte) (MAGIC >>> 8 * (3 - i))) {
                throw new FrameException("the stream does not begin as one of ours; something else speaks there");
            }
        }
    }

    private static long left(long deadlineNanos) throws SocketTimeoutException {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("no greeting within the time");
        }
        return Math.min(left, PROBE_NANOS);
    }
}
