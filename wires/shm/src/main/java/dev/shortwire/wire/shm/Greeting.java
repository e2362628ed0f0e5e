package dev.shortwire.wire.shm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.wire.shm.Sys.Scratch;
import dev.shortwire.wire.shm.UnixSocket.Received;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// How two processes come to share memory, byte by byte in `docs/protocol.md`. Over a Unix socket:
///
/// 1. The side that connected makes the memory and sends a hello with its descriptor. That the descriptor can be passed at
///    all proves that both have the same kernel.
/// 2. The side that listened checks and maps it, and answers with a welcome, or with a refusal and a reason.
/// 3. Each puts the other to sleep and wakes it once: first the connector the listener, then the listener the connector.
///    The waker repeats until the kernel says that it woke somebody, so that the trip proves what it should.
///
/// Everything ends at the deadline. Runs on platform threads, because it sleeps in the kernel.
final class Greeting {
    static final int MAGIC = 0x5357534d; // "SWSM"
    static final int VERSION = 1;
    static final int HELLO_BYTES = 16;
    static final int ANSWER_HEADER_BYTES = 8;
    static final int MOST_REASON_BYTES = 240;

    private static final long NAP_NANOS = 10_000_000;
    private static final long PAUSE_NANOS = 1_000_000;
    private static final int TRIES_BEFORE_PAUSE = 100;

    private final UnixSocket socket;
    private final Lookout lookout;
    private final String peer;
    private final long deadlineNanos;

    /// @param peer          for people
    /// @param deadlineNanos on the clock of [System#nanoTime()]
    Greeting(UnixSocket socket, Lookout lookout, String peer, long deadlineNanos) {
        this.socket = socket;
        this.lookout = lookout;
        this.peer = peer;
        this.deadlineNanos = deadlineNanos;
    }

    /// Greets as the side that connected. The socket is the pipe's then; the caller's if it fails.
    ///
    /// @throws SocketTimeoutException if the peer did not answer in time
    /// @throws IOException            if the two can't share memory; the message says why
    ShmPipe connect(int capacity) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            Memory memory = Memory.create(arena, capacity);
            try {
                socket.send(hello(capacity), memory.fd());
            } finally {
                memory.closeFd();
            }
            awaitWelcome();
            wakePeer(memory.address() + Layout.GREETING_OF_LISTENER);
            beWoken(memory.address() + Layout.GREETING_OF_CONNECTOR);
            return ShmPipe.start(arena, memory, true, socket, lookout, peer);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    static byte[] hello(int capacity) {
        return ByteBuffer.allocate(HELLO_BYTES).putInt(MAGIC).put((byte) VERSION).putInt(8, capacity).array();
    }

    private void awaitWelcome() throws IOException {
        byte[] answer = receive(ANSWER_HEADER_BYTES + MOST_REASON_BYTES, 0);
        ByteBuffer fields = ByteBuffer.wrap(answer);
        boolean whole = answer.length >= ANSWER_HEADER_BYTES && fields.getInt(0) == MAGIC
                && answer.length == ANSWER_HEADER_BYTES + fields.getShort(6);
        if (!whole) {
            throw new IOException("whoever listens there answered with " + answer.length
                    + " bytes that are no greeting of this protocol");
        }
        if (fields.get(5) != 0) {
            String reason = new String(answer, ANSWER_HEADER_BYTES, answer.length - ANSWER_HEADER_BYTES, UTF_8);
            throw new IOException("the peer refuses: " + reason);
        }
    }

    /// Greets as the side that listened, and tells the peer if it fails. The socket is the pipe's then; the caller's if it
    /// fails.
    ///
    /// @throws SocketTimeoutException if the peer did not go on in time
    /// @throws IOException            if the two can't share memory; the message says why
    ShmPipe accept() throws IOException {
        Arena arena = Arena.ofShared();
        try {
            Memory memory;
            try {
                memory = adopt(arena);
            } catch (IOException e) {
                refuse(e);
                throw e;
            }
            socket.send(answer(""), -1);
            beWoken(memory.address() + Layout.GREETING_OF_LISTENER);
            wakePeer(memory.address() + Layout.GREETING_OF_CONNECTOR);
            return ShmPipe.start(arena, memory, false, socket, lookout, peer);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private Memory adopt(Arena arena) throws IOException {
        int[] descriptor = new int[1];
        byte[] hello = receive(HELLO_BYTES + 1, 1, descriptor);
        try {
            ByteBuffer fields = ByteBuffer.wrap(hello);
            require(hello.length == HELLO_BYTES && fields.getInt(0) == MAGIC, "no greeting of this protocol");
            require(fields.get(4) == VERSION, "version " + fields.get(4) + " must be " + VERSION);
            int capacity = fields.getInt(8);
            require(Layout.isCapacity(capacity), "rings of " + capacity + " bytes must be a power of two from "
                    + Layout.SMALLEST_CAPACITY + " to " + Layout.LARGEST_CAPACITY);
            return Memory.adopt(arena, descriptor[0], capacity);
        } finally {
            Sys.closeFd(Scratch.SHARED, descriptor[0]);
        }
    }

    private static void require(boolean holds, String fault) throws IOException {
        if (!holds) {
            throw new IOException(fault + "; run the same version on both sides");
        }
    }

    private void refuse(IOException reason) {
        try {
            socket.send(answer(String.valueOf(reason.getMessage())), -1);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    static byte[] answer(String refusal) {
        byte[] reason = refusal.getBytes(UTF_8);
        reason = Arrays.copyOf(reason, Math.min(reason.length, MOST_REASON_BYTES));
        return ByteBuffer.allocate(ANSWER_HEADER_BYTES + reason.length).putInt(MAGIC).put((byte) VERSION)
                .put((byte) (reason.length == 0 ? 0 : 1)).putShort((short) reason.length).put(reason).array();
    }

    /// One message with exactly so many descriptors as `wanted` has places for; others are closed.
    private byte[] receive(int mostBytes, int count, int... wanted) throws IOException {
        awaitBytes();
        byte[] bytes = new byte[mostBytes];
        Received received = socket.receive(bytes);
        if (received.descriptors().size() != count) {
            for (int descriptor : received.descriptors()) {
                Sys.closeFd(Scratch.SHARED, descriptor);
            }
            String what = received.count() == 0 ? "the peer hung up while greeting"
                    : "the peer sent " + received.descriptors().size() + " descriptors, which must be " + count;
            throw new IOException(what);
        }
        for (int i = 0; i < count; i++) {
            wanted[i] = received.descriptors().get(i);
        }
        return Arrays.copyOf(bytes, received.count());
    }

    private void awaitBytes() throws IOException {
        while (!socket.poll(left())) {
            requireTime("its greeting");
        }
    }

    private void beWoken(long address) throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            Scratch scratch = new Scratch(brief);
            int result = Futex.await(scratch, address, 0, Math.min(left(), NAP_NANOS));
            while (result != 0) {
                if (result != -Errno.ETIMEDOUT && result != -Errno.EINTR) {
                    throw new IOException("waiting for the peer in shared memory: " + Errno.text(-result));
                }
                requireSilence(0);
                requireTime("it to wake us: futexes may not work between the two processes");
                result = Futex.await(scratch, address, 0, Math.min(left(), NAP_NANOS));
            }
        }
    }

    private void wakePeer(long address) throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            Scratch scratch = new Scratch(brief);
            int tries = 0;
            while (Sys.check(Futex.wake(scratch, address), "waking the peer in shared memory") == 0) {
                requireTime("it to sleep so that we can wake it: futexes may not work between the two processes");
                if (++tries < TRIES_BEFORE_PAUSE) {
                    Thread.onSpinWait();
                } else {
                    requireSilence(PAUSE_NANOS);
                }
            }
        }
    }

    /// During the trips nobody has anything to say.
    private void requireSilence(long nanos) throws IOException {
        if (socket.poll(nanos)) {
            throw new IOException("the peer hung up while greeting");
        }
    }

    private long left() {
        return Math.max(0, deadlineNanos - System.nanoTime());
    }

    private void requireTime(String what) throws IOException {
        if (left() == 0) {
            throw new SocketTimeoutException("no time left while waiting for " + peer + ": " + what);
        }
    }
}
