package dev.shortwire.wire.stream;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Accepts the connections of one or more listening sockets of the JDK.
///
/// Only one thread accepts. That the process has no descriptors left is no reason to stop: it is tried again.
public final class ChannelAcceptor implements Transport.Acceptor {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// Makes a pipe of a connection, or refuses it.
    public interface Admission {
        /// The pipe, or null if that peer may not connect; the channel is closed then.
        ///
        /// @throws IOException if the connection is broken already
        @Nullable
        Pipe admit(SocketChannel channel) throws IOException;
    }

    private final String address;
    private final List<ServerSocketChannel> channels;
    private final Admission admission;
    private final FaultLog faults;
    private final Runnable whenClosed;
    private final Selector selector;
    private final ArrayDeque<Pipe> accepted = new ArrayDeque<>();
    private volatile boolean closed;

    /// Takes over bound channels, which are closed with the acceptor, or at once if this fails.
    ///
    /// @param address    as in [Transport.Acceptor#address()]
    /// @param whenClosed gives back what else belongs to the address; run once
    public ChannelAcceptor(String address, List<ServerSocketChannel> channels, Admission admission, FaultLog faults,
            Runnable whenClosed) throws IOException {
        this.address = address;
        this.channels = List.copyOf(channels);
        this.admission = admission;
        this.faults = faults;
        this.whenClosed = whenClosed;
        this.selector = Selector.open();
        for (ServerSocketChannel channel : channels) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_ACCEPT);
        }
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public Pipe accept() throws IOException {
        while (true) {
            Pipe pipe = accepted.poll();
            if (pipe != null) {
                return pipe;
            }
            try {
                selector.select();
                selector.selectedKeys().clear();
            } catch (ClosedSelectorException e) {
                throw new IOException("no longer listening at " + address, e);
            }
            if (closed) {
                throw new IOException("no longer listening at " + address);
            }
            for (ServerSocketChannel channel : channels) {
                acceptFrom(channel);
            }
        }
    }

    private void acceptFrom(ServerSocketChannel listening) {
        try {
            SocketChannel channel = listening.accept();
            Pipe pipe = channel == null ? null : admit(channel);
            if (pipe != null) {
                accepted.add(pipe);
            }
        } catch (IOException e) {
            if (!closed) {
                faults.warn("accept", "could not accept a connection at " + address + "; trying again", e);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private @Nullable Pipe admit(SocketChannel channel) throws IOException {
        Pipe pipe = null;
        try {
            pipe = admission.admit(channel);
        } catch (IOException e) {
            faults.info("admission", "a connection at " + address + " broke before it began: " + e.getMessage());
        } finally {
            if (pipe == null) {
                channel.close();
            }
        }
        return pipe;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (ServerSocketChannel channel : channels) {
            close(channel);
        }
        close(selector);
        whenClosed.run();
    }

    private void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            faults.warn("close", "could not close what listened at " + address, e);
        }
    }
}
