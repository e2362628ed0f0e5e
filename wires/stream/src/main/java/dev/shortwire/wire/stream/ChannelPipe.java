package dev.shortwire.wire.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A pipe over a connected socket of the JDK, of either family.
///
/// Waiting for bytes is a selector of its own with the one key, which stays among the selected ones: what counts is that
/// the wait ends. Another selector, made when the socket is full for the first time, waits for room.
public final class ChannelPipe implements Pipe {
    private final SocketChannel channel;
    private final String peer;
    private final String principal;
    private final Selector readable;

    @GuardedBy("this")
    private @Nullable Selector writable;

    @GuardedBy("this")
    private boolean closed;

    /// Takes over a connected channel, which is closed with the pipe, or at once if this fails.
    ///
    /// @param peer      as in [Pipe#peer()]
    /// @param principal as in [Pipe#principal()]
    public ChannelPipe(SocketChannel channel, String peer, String principal) throws IOException {
        this.channel = channel;
        this.peer = peer;
        this.principal = principal;
        Selector made = null;
        try {
            made = Selector.open();
            channel.configureBlocking(false);
            channel.register(made, SelectionKey.OP_READ);
        } catch (IOException | RuntimeException e) {
            if (made != null) {
                made.close();
            }
            channel.close();
            throw e;
        }
        this.readable = made;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
    }

    @Override
    public void awaitReadable(long timeoutNanos) throws IOException {
        await(readable, timeoutNanos);
    }

    @Override
    public void awaitWritable(long timeoutNanos) throws IOException {
        await(writableSelector(), timeoutNanos);
    }

    private synchronized Selector writableSelector() throws IOException {
        Selector made = writable;
        if (closed) {
            throw new IOException("the connection to " + peer + " is closed");
        }
        if (made == null) {
            made = Selector.open();
            writable = made;
            channel.register(made, SelectionKey.OP_WRITE);
        }
        return made;
    }

    private static void await(Selector selector, long timeoutNanos) throws IOException {
        try {
            if (timeoutNanos <= 0) {
                selector.selectNow();
            } else {
                selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos + 500_000)));
            }
        } catch (ClosedSelectorException e) {
            throw new IOException("the connection was closed here", e);
        }
    }

    @Override
    public void wake() {
        readable.wakeup();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /// The socket itself is given back when the selectors are closed, since it is registered with them.
    @Override
    public void close() {
        Selector second;
        synchronized (this) {
            closed = true;
            second = writable;
        }
        try (channel; readable; second) {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the connection to " + peer + " could not be closed", e);
        }
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public String principal() {
        return principal;
    }
}
