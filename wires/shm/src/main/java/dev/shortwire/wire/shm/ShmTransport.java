package dev.shortwire.wire.shm;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.ConfigurationException;
import dev.shortwire.wire.SocketFile;
import dev.shortwire.wire.SocketFolder;
import dev.shortwire.wire.ThisUser;
import dev.shortwire.wire.UnixAddress;
import dev.shortwire.wire.shm.UnixSocket.Peer;
import dev.shortwire.wire.stream.Pipe;
import dev.shortwire.wire.stream.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Where pipes over shared memory come from. An address is that of a Unix socket, see [UnixAddress]; an empty one is for
/// the transport to choose.
///
/// Only processes of the same user, and of root, are let in or trusted: the socket lies in a folder that nobody else
/// enters, and each side asks the kernel who the other is.
final class ShmTransport implements Transport {
    static final String NAME = "shm";
    /// Bytes of a ring: more than what many small calls have under way, little enough to stay in the caches.
    static final int DEFAULT_CAPACITY = 256 * 1024;

    private final int capacity;
    private final Lookout lookout = new Lookout();

    ShmTransport() {
        this(DEFAULT_CAPACITY);
    }

    /// @param capacity bytes of each ring of a pipe that this side opens, a power of two from 4 KiB to 64 MiB
    ShmTransport(int capacity) {
        require(Layout.isCapacity(capacity), "capacity=" + capacity + " must be a power of two from "
                + Layout.SMALLEST_CAPACITY + " to " + Layout.LARGEST_CAPACITY);
        this.capacity = capacity;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Acceptor listen(String address) {
        try {
            return ShmAcceptor.open(take(address), lookout);
        } catch (IOException | ConfigurationException e) {
            throw SocketFile.refusal("can't listen at \"" + address + "\" for shared memory", e);
        }
    }

    private static SocketFile take(String address) {
        if (address.isEmpty()) {
            return SocketFolder.ofThisUser().takeNew();
        }
        Path path = UnixAddress.parse(address).path();
        SocketFolder.at(Objects.requireNonNull(path.getParent()));
        return SocketFile.take(path);
    }

    @Override
    public Pipe connect(String address, long timeoutNanos) throws IOException {
        long deadlineNanos = System.nanoTime() + timeoutNanos;
        if (!Thread.currentThread().isVirtual()) {
            return open(address, deadlineNanos);
        }
        FutureTask<Pipe> opening = new FutureTask<>(() -> open(address, deadlineNanos));
        Thread.ofPlatform().daemon().name("shortwire-shm-connect").start(opening);
        return outcome(opening);
    }

    /// Waits for it whatever happens; it has a deadline of its own.
    private static Pipe outcome(FutureTask<Pipe> opening) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return opening.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof IOException failure) {
                        throw failure;
                    }
                    throw new IOException("opening shared memory failed: " + e.getCause(), e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Pipe open(String text, long deadlineNanos) throws IOException {
        UnixAddress address = UnixAddress.parse(text);
        address.requireVisible();
        UnixSocket socket = UnixSocket.create();
        try {
            connect(socket, address, deadlineNanos);
            requireTrusted(socket.peer());
            return new Greeting(socket, lookout, text, deadlineNanos).connect(capacity);
        } catch (IOException | RuntimeException | Error e) {
            socket.close();
            throw e;
        }
    }

    private static void connect(UnixSocket socket, UnixAddress address, long deadlineNanos) throws IOException {
        int result = socket.connect(address.path().toString(), deadlineNanos - System.nanoTime());
        switch (-result) {
            case 0 -> {
                // connected
            }
            case Errno.ECONNREFUSED, Errno.ENOENT ->
                throw new ConnectException("nobody listens at " + address + ": " + Errno.text(-result));
            case Errno.EAGAIN -> throw new SocketTimeoutException("no time left while " + address + " takes nobody in");
            case Errno.EACCES -> throw new IOException(
                    "another user's process listens at " + address + ", or one that has hidden it: EACCES");
            default -> throw new IOException("connecting to " + address + ": " + Errno.text(-result));
        }
    }

    /// @throws IOException unless the peer acts as the same user, or as root
    static void requireTrusted(Peer peer) throws IOException {
        if (!ThisUser.trusts(peer.user())) {
            throw new IOException("the peer, process " + peer.process() + ", runs as user " + peer.user()
                    + ", which must be " + ThisUser.id() + " or root; run both as the same user");
        }
    }
}
