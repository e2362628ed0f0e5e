package dev.shortwire.wire.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.shortwire.wire.FrameEncoder;
import dev.shortwire.wire.FrameView;
import java.io.IOException;

/// What goes out over one pipe, written by whoever has something to say.
///
/// **Combining.** A frame is appended under a short lock. Who finds nobody writing becomes the writer: it takes the
/// whole batch, leaves an empty one to the others, writes without the lock, and looks again; so a frame that is appended
/// meanwhile goes out with the others' in one system call, and nobody waits for a write of another.
///
/// **Bursts.** The thread that reads the pipe announces a burst before it hands out the frames that it has read. What
/// they cause to be sent, mostly replies, or the next requests, is appended and left to the end of the burst, or until
/// [#FRAMES_PER_WRITE] have gathered: one write for all. This holds for other threads too as long as the burst lasts. No frame is left behind, since the mark is
/// lowered under the lock: an appender sees it and was before, so the reader finds its frame; or it does not and
/// writes.
///
/// **A pipe that is full.** The writer stops and marks the box as *stalled*; nobody else writes then, frames are
/// appended up to a bound and refused beyond it. The thread that reads the pipe is woken and drains it ([#drain]) when
/// there is room. It alone waits for room, so that no caller ever does.
///
/// Lock order: the lock is the last one; nothing is called while it is held.
final class Outbox {
    /// What became of a frame that was offered.
    enum Offer { TAKEN, FULL, CLOSED }

    /// Told of what the thread that appends can't deal with. Called without the lock.
    interface Owner {
        /// The pipe is full, and whoever reads it is to drain the box.
        void stalled();

        void broken(IOException fault);
    }

    /// So many frames of a burst go out at once: enough that their write costs each of them little, and few enough that
    /// the peer has begun with them before the rest is there. With 64 calls in flight that is twice as fast as one write
    /// at the end of the burst, when one end sleeps while the other works.
    private static final int FRAMES_PER_WRITE = 32;

    private final Pipe pipe;
    private final Owner owner;
    private final long maxPendingBytes;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final FrameEncoder encoder = new FrameEncoder();

    @GuardedBy("lock")
    private OutBatch filling;

    /// Belongs to the writer while there is one.
    private OutBatch draining;

    @GuardedBy("lock")
    private boolean writing;

    @GuardedBy("lock")
    private boolean burst;

    /// Frames of the burst that are not on their way yet.
    @GuardedBy("lock")
    private int framesOfBurst;

    @GuardedBy("lock")
    private boolean closed;

    @GuardedBy("lock")
    private long pendingBytes;

    private volatile boolean stalled;

    /// @param maxPendingBytes how many bytes may wait; a longer frame is taken where nothing else waits
    Outbox(Pipe pipe, BufferPool pool, long maxPendingBytes, Owner owner) {
        this.pipe = pipe;
        this.owner = owner;
        this.maxPendingBytes = maxPendingBytes;
        this.filling = new OutBatch(pool);
        this.draining = new OutBatch(pool);
    }

    /// Sends a frame of `length` bytes, now or with the next that go out; it is written or copied before this returns.
    ///
    /// @param flags [OutBatch#AWAKE] or 0
    Offer offer(FrameView frame, int length, int flags, long correlationId, long remainingMicros) {
        synchronized (lock) {
            if (closed) {
                return Offer.CLOSED;
            }
            if (pendingBytes > 0 && pendingBytes + length > maxPendingBytes) {
                return Offer.FULL;
            }
            filling.append(frame, length, flags, correlationId, remainingMicros, encoder);
            pendingBytes += OutBatch.LENGTH_BYTES + length;
            if (writing || stalled || burst && ++framesOfBurst < FRAMES_PER_WRITE) {
                return Offer.TAKEN;
            }
            framesOfBurst = 0;
            startWriting();
        }
        write();
        return Offer.TAKEN;
    }

    /// The reading thread is about to hand out frames.
    void beginBurst() {
        synchronized (lock) {
            burst = true;
        }
    }

    /// It has done so; what was left for it goes out.
    void endBurst() {
        synchronized (lock) {
            burst = false;
            framesOfBurst = 0;
            if (writing || stalled || closed || filling.isEmpty()) {
                return;
            }
            startWriting();
        }
        write();
    }

    /// How many bytes of frames wait for the pipe.
    long pendingBytes() {
        synchronized (lock) {
            return pendingBytes;
        }
    }

    boolean isStalled() {
        return stalled;
    }

    /// Goes on where the pipe was full; for the reading thread only.
    ///
    /// @return whether nothing is left
    boolean drain() {
        synchronized (lock) {
            if (!stalled || writing || closed) {
                return true;
            }
            stalled = false;
            writing = true;
        }
        write();
        return !stalled;
    }

    @GuardedBy("lock")
    private void startWriting() {
        writing = true;
        swap();
    }

    @GuardedBy("lock")
    private void swap() {
        OutBatch full = filling;
        filling = draining;
        draining = full;
        full.seal();
    }

    /// Writes `draining`, and what was appended meanwhile. The caller has set `writing`.
    private void write() {
        OutBatch batch = draining;
        while (true) {
            long length;
            try {
                length = batch.writeTo(pipe);
            } catch (IOException e) {
                abandon();
                owner.broken(e);
                return;
            }
            boolean full = !batch.isEmpty();
            synchronized (lock) {
                pendingBytes -= length;
                if (closed) {
                    releaseBoth();
                    return;
                }
                if (full) {
                    stalled = true;
                    writing = false;
                    break;
                }
                if (filling.isEmpty()) {
                    writing = false;
                    return;
                }
                swap();
                batch = draining;
            }
        }
        owner.stalled();
    }

    private void abandon() {
        synchronized (lock) {
            closed = true;
            releaseBoth();
        }
    }

    /// Refuses everything from now on. A thread that is writing stops as soon as the pipe is closed, and gives the
    /// buffers back in its place.
    void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            if (!writing) {
                releaseBoth();
            }
        }
    }

    @GuardedBy("lock")
    private void releaseBoth() {
        writing = false;
        stalled = false;
        filling.release();
        draining.release();
    }
}
