package dev.shortwire.wire.stream;

import dev.shortwire.Bytes;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Sender;
import java.io.IOException;
import java.nio.ByteBuffer;

/// One end of an ordered, reliable stream of bytes in both directions between two processes: a socket, a pair of rings
/// in shared memory, TLS over either. Reading and writing never block; the two await methods do.
///
/// At any time at most one thread reads or awaits reading, and at most one writes or awaits writing; they may be two.
/// [#wake], [#close] and [#isOpen] may come from any thread.
public interface Pipe extends AutoCloseable {
    /// Moves bytes that have arrived to `target`, a direct buffer that has room. On an idle link this is called about 10
    /// times a second, so that the end of the stream is noticed: a pipe that learns of its peer's death in another way
    /// than by the stream looks there now and then.
    ///
    /// @return how many, 0 if there are none now, -1 at the end of the stream
    /// @throws IOException if the stream is broken
    int read(ByteBuffer target) throws IOException;

    /// Takes as many bytes of `source`, a direct buffer, as there is room for, 0 or more. The peer is told of them before this returns, at
    /// the cost of waking it if it sleeps.
    ///
    /// @throws IOException if the stream is broken
    int write(ByteBuffer source) throws IOException;

    /// Blocks the reading thread until something can be read, the stream has ended, somebody calls [#wake], or about
    /// `timeoutNanos` have passed; it may return early. A wake-up that comes before the wait ends it at once. Not
    /// interruptible: an interrupted thread returns at once.
    ///
    /// @throws IOException if the stream is broken
    void awaitReadable(long timeoutNanos) throws IOException;

    /// Blocks the writing thread until something can be written, or about `timeoutNanos` have passed; it may return early.
    ///
    /// @throws IOException if the stream is broken
    void awaitWritable(long timeoutNanos) throws IOException;

    /// Ends the wait of the reading thread, the present one or else the next.
    void wake();

    boolean isOpen();

    /// Tells the peer that the stream has ended and gives back what it held. Safe to repeat, also while another thread
    /// reads, writes or waits: that thread returns, or fails with an [IOException], and touches nothing that was given
    /// back.
    @Override
    void close();

    /// The peer's address in the wire's form, for people.
    String peer();

    /// Who the peer has proved to be, [FrameHandler.Caller#ANONYMOUS] where the pipe did not ask. Known once something was
    /// read.
    default String principal() {
        return FrameHandler.Caller.ANONYMOUS;
    }

    /// What there is to keep of that proof; empty where there is none.
    default Bytes proof() {
        return Bytes.EMPTY;
    }

    /// Whether a frame of that sender may come from this peer. True where the pipe has no proof of names.
    default boolean maySend(Sender sender) {
        return true;
    }
}
