package dev.shortwire.wire.shm;

import dev.shortwire.wire.shm.Sys.Scratch;
import dev.shortwire.wire.stream.Pipe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/// One end of a pair of rings in memory that two processes share.
///
/// **Bytes.** Each ring has one writer and one reader, in different processes. Either has a position that only it writes and
/// only grows: the writer puts bytes in and then publishes its position (release), the reader sees the position (acquire)
/// and then takes them out. Each keeps its own position in a field of its own and never reads it back from the memory, and
/// remembers the last position of the other so as to look at it only when it has run out of bytes or of room.
///
/// **Sleeping.** [Bed] says how a side sleeps, and why no wake-up is lost.
///
/// **The peer is not trusted.** Whatever it writes to the memory is read once, checked, and only then used: positions by
/// the rings. Bytes are copied out before anyone looks at them; a peer that changes them meanwhile spoils only what
/// it sends. It can't change the size of the memory ([Memory]), keep us awake or asleep ([Bed]). What it can do is to stop
/// reading or writing, as over any wire.
///
/// **The peer's death** is told by the socket over which the memory came: the kernel closes it whatever way a process dies.
/// [Lookout] waits for that, so that an empty ring costs a look at one more field here. What was written before the death
/// can still be read; then the stream ends.
///
/// **Giving back.** The memory belongs to a shared arena. [#close] unmaps it while other threads may be inside; the arena
/// makes sure that none of them touches it afterwards: their next access throws `IllegalStateException`, which leaves here
/// as an [IOException]. A thread asleep was given an address, not the segment: [#close] wakes it, and if the memory is gone
/// before it falls asleep, the kernel says so, or finds something else there and the sleep ends with its slice.
final class ShmPipe implements Pipe {
    private final Arena arena;
    private final UnixSocket socket;
    private final Lookout lookout;
    private final String peer;
    private final Incoming incoming;
    private final Outgoing outgoing;
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean closed;
    private volatile boolean ended;
    private volatile boolean woken;

    /// Everything that the reading thread uses.
    private final class Incoming {
        final RingReader ring;
        final Bed bed;
        final Bed.Bell writer;
        final Scratch scratch = new Scratch(Arena.ofAuto());

        Incoming(Memory memory, int index) {
            ring = new RingReader(memory, index);
            bed = new Bed(memory.words(index), Layout.READER_SLEEPS,
                    () -> woken || ended || closed || ring.hasBytes());
            writer = new Bed.Bell(memory.words(index), Layout.WRITER_SLEEPS);
        }
    }

    /// Everything that the writing thread uses.
    private final class Outgoing {
        final RingWriter ring;
        final Bed bed;
        final Bed.Bell reader;
        final Scratch scratch = new Scratch(Arena.ofAuto());

        Outgoing(Memory memory, int index) {
            ring = new RingWriter(memory, index);
            bed = new Bed(memory.words(index), Layout.WRITER_SLEEPS, () -> ended || closed || ring.hasRoom());
            reader = new Bed.Bell(memory.words(index), Layout.READER_SLEEPS);
        }
    }

    private ShmPipe(Arena arena, Memory memory, boolean connector, UnixSocket socket, Lookout lookout, String peer) {
        this.arena = arena;
        this.socket = socket;
        this.lookout = lookout;
        this.peer = peer;
        this.incoming = new Incoming(memory, connector ? 1 : 0);
        this.outgoing = new Outgoing(memory, connector ? 0 : 1);
    }

    /// A pipe over memory that both sides have mapped.
    ///
    /// @param arena     what `memory` was mapped in; closed with the pipe
    /// @param connector whether this side has connected; it writes to the first ring
    /// @param socket    to the peer; closed with the pipe
    /// @throws IOException if the socket can't be watched; arena and socket are then still the caller's
    static ShmPipe start(Arena arena, Memory memory, boolean connector, UnixSocket socket, Lookout lookout, String peer)
            throws IOException {
        ShmPipe pipe = new ShmPipe(arena, memory, connector, socket, lookout, peer);
        lookout.add(pipe);
        return pipe;
    }

    /// Descriptor of the socket whose end is the peer's.
    int socketFd() {
        return socket.fd();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        try {
            int count = incoming.ring.read(target);
            if (count == 0 && ended) {
                // what the peer wrote before it ended is here by now
                count = incoming.ring.read(target);
                return count == 0 ? -1 : count;
            }
            if (count > 0 && incoming.ring.isRoomy()) {
                incoming.writer.ring(incoming.scratch);
            }
            return count;
        } catch (IllegalStateException | BrokenRingException | InternalError e) {
            throw broken(e);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        try {
            if (ended) {
                throw new IOException("the peer " + peer + " has gone");
            }
            int count = outgoing.ring.write(source);
            if (count > 0) {
                outgoing.reader.ring(outgoing.scratch);
            }
            return count;
        } catch (IllegalStateException | BrokenRingException | InternalError e) {
            throw broken(e);
        }
    }

    @Override
    public void awaitReadable(long timeoutNanos) throws IOException {
        try {
            incoming.bed.sleep(incoming.scratch, timeoutNanos);
            if (woken) {
                woken = false;
            }
        } catch (IllegalStateException | BrokenRingException | InternalError e) {
            throw broken(e);
        }
        requireOpen();
    }

    @Override
    public void awaitWritable(long timeoutNanos) throws IOException {
        try {
            outgoing.bed.sleep(outgoing.scratch, timeoutNanos);
        } catch (IllegalStateException | BrokenRingException | InternalError e) {
            throw broken(e);
        }
        requireOpen();
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the pipe to " + peer + " is closed");
        }
    }

    /// The exception to leave with. Memory that can't be touched any more is no fault while closing.
    private IOException broken(Throwable cause) {
        if (closed) {
            return new IOException("the pipe to " + peer + " is closed", cause);
        }
        String what = "the memory shared with " + peer + " can't be used any more: " + cause.getMessage();
        lookout.faults().warn("memory", what, null);
        return new IOException(what, cause);
    }

    @Override
    public void wake() {
        woken = true;
        rouse(incoming.bed);
    }

    /// The peer has closed its socket, or has died.
    void end() {
        ended = true;
        rouse(incoming.bed);
        rouse(outgoing.bed);
    }

    private static void rouse(Bed bed) {
        try {
            bed.rouse();
        } catch (IllegalStateException closedMeanwhile) {
            // which wakes by itself whoever sleeps there
        }
    }

    @Override
    public boolean isOpen() {
        return !closed && !ended;
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        closed = true;
        lookout.remove(this);
        socket.close();
        rouse(incoming.bed);
        rouse(outgoing.bed);
        arena.close();
    }

    @Override
    public String peer() {
        return peer;
    }
}
