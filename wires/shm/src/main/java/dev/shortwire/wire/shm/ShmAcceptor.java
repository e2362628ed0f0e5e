package dev.shortwire.wire.shm;

import dev.shortwire.wire.SocketFile;
import dev.shortwire.wire.UnixAddress;
import dev.shortwire.wire.shm.UnixSocket.Peer;
import dev.shortwire.wire.stream.Pipe;
import dev.shortwire.wire.stream.Transport;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A Unix socket that is listened on. Whoever connects is greeted on a thread of his own, so that one who says nothing
/// keeps nobody waiting; at most [#MOST_GREETINGS] at once, the others wait in the kernel's queue.
final class ShmAcceptor implements Transport.Acceptor {
    static final int MOST_GREETINGS = 16;
    private static final long GREETING_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final UnixSocket socket;
    private final SocketFile file;
    private final UnixAddress address;
    private final Alarm alarm;
    private final Lookout lookout;
    private final ConcurrentLinkedQueue<Pipe> greeted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger greetings = new AtomicInteger();
    /// Guarded by this object, like the next.
    private boolean closed;
    private boolean accepting;

    private ShmAcceptor(UnixSocket socket, SocketFile file, UnixAddress address, Alarm alarm, Lookout lookout) {
        this.socket = socket;
        this.file = file;
        this.address = address;
        this.alarm = alarm;
        this.lookout = lookout;
    }

    /// Takes the file over, and closes it if it throws.
    static ShmAcceptor open(SocketFile file, Lookout lookout) throws IOException {
        UnixSocket socket = null;
        try {
            socket = UnixSocket.create();
            Sys.check(socket.bind(file.path().toString()), "binding " + file.path());
            file.restrict();
            socket.listen();
            return new ShmAcceptor(socket, file, UnixAddress.of(file.path()), Alarm.create(), lookout);
        } catch (IOException | RuntimeException | Error e) {
            if (socket != null) {
                socket.close();
            }
            file.close();
            throw e;
        }
    }

    @Override
    public String address() {
        return address.toString();
    }

    @Override
    public Pipe accept() throws IOException {
        enter();
        try {
            while (true) {
                Pipe pipe = greeted.poll();
                if (pipe != null) {
                    return pipe;
                }
                requireOpen();
                step();
            }
        } finally {
            leave();
        }
    }

    private void step() throws IOException {
        boolean full = greetings.get() >= MOST_GREETINGS;
        int ready = full ? Poll.any(-1, alarm.fd()) : Poll.any(-1, alarm.fd(), socket.fd());
        if ((ready & 1) != 0) {
            alarm.clear();
        }
        if ((ready & 2) != 0) {
            try {
                greet(socket.accept());
            } catch (IOException e) {
                lookout.faults().warn("accept", "a process could not connect: " + e.getMessage(), null);
                // most likely too many files are open, which lasts
                Poll.any(PAUSE_NANOS, alarm.fd());
            }
        }
    }

    private void greet(UnixSocket connection) {
        greetings.incrementAndGet();
        Thread.ofPlatform().daemon().name("shortwire-shm-greet").start(() -> {
            try {
                Peer peer = connection.peer();
                ShmTransport.requireTrusted(peer);
                long deadlineNanos = System.nanoTime() + GREETING_NANOS;
                handOver(new Greeting(connection, lookout, "process " + peer.process(), deadlineNanos).accept());
            } catch (IOException | RuntimeException | Error e) {
                connection.close();
                lookout.faults().info("greeting", "a process that connected was not let in: " + e.getMessage());
            } finally {
                greetings.decrementAndGet();
                alarm.raise();
            }
        });
    }

    private synchronized void handOver(Pipe pipe) {
        if (closed) {
            pipe.close();
        } else {
            greeted.add(pipe);
        }
    }

    private synchronized void enter() throws IOException {
        requireOpen();
        accepting = true;
    }

    private synchronized void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the listener at " + address + " is closed");
        }
    }

    private synchronized void leave() {
        accepting = false;
        if (closed) {
            release();
        }
    }

    /// The descriptors are closed when nobody waits on them: their numbers could mean something else at once.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            file.close();
            alarm.raise();
            greeted.forEach(Pipe::close);
            greeted.clear();
            if (!accepting) {
                release();
            }
        }
    }

    private void release() {
        socket.close();
        alarm.close();
    }
}
