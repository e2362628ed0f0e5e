package dev.shortwire.wire.shm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.wire.UnixAddress;
import dev.shortwire.wire.shm.Sys.Scratch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A peer that has connected as it should, and has the memory to do with as it likes.
final class HostilePeer implements AutoCloseable {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private final Arena arena = Arena.ofShared();
    private final Memory memory;
    private final UnixSocket socket = UnixSocket.create();
    private volatile boolean stopped;
    private final AtomicLong pranks = new AtomicLong();
    private final Thread thread;

    /// @param prank what it does again and again
    HostilePeer(String address, long seed, Prank prank) throws IOException {
        memory = Memory.create(arena, Layout.SMALLEST_CAPACITY);
        assertThat(socket.connect(UnixAddress.parse(address).path().toString(), LONG)).isZero();
        socket.send(Greeting.hello(memory.capacity()), memory.fd());
        memory.closeFd();
        assertThat(socket.poll(LONG)).isTrue();
        byte[] welcome = new byte[100];
        assertThat(socket.receive(welcome).count()).isEqualTo(8);
        Scratch scratch = new Scratch(arena);
        while (Futex.wake(scratch, memory.address() + Layout.GREETING_OF_LISTENER) == 0) {
            Thread.onSpinWait();
        }
        while (Futex.await(scratch, memory.address() + Layout.GREETING_OF_CONNECTOR, 0, LONG) != 0) {
            // until it is woken
        }
        SplittableRandom random = new SplittableRandom(seed);
        thread = Thread.ofPlatform().daemon().start(() -> {
            while (!stopped) {
                prank.play(this, random);
                pranks.incrementAndGet();
            }
        });
    }

    /// One step of what it does to the memory.
    interface Prank {
        void play(HostilePeer peer, SplittableRandom random);
    }

    /// How many it has played.
    long pranks() {
        return pranks.get();
    }

    /// The words of the ring that the victim reads from.
    MemorySegment toVictim() {
        return memory.words(0);
    }

    MemorySegment fromVictim() {
        return memory.words(1);
    }

    /// Writes anything anywhere.
    void scribble(SplittableRandom random) {
        long word = random.nextInt((int) (Layout.totalBytes(memory.capacity()) / 8)) * 8L;
        Words.LONG.setVolatile(memory.segment(), word, random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(9));
    }

    /// Writes any bytes where the victim's come and go.
    void scribbleOnData(SplittableRandom random) {
        memory.data(random.nextInt(2)).set(java.lang.foreign.ValueLayout.JAVA_BYTE,
                random.nextInt(memory.capacity()), (byte) random.nextInt());
    }

    /// Says of both sides, wildly, that they sleep and that they do not, and wakes whoever does.
    void ring(SplittableRandom random) {
        MemorySegment words = random.nextBoolean() ? toVictim() : fromVictim();
        int offset = random.nextBoolean() ? Layout.READER_SLEEPS : Layout.WRITER_SLEEPS;
        Words.INT.setVolatile(words, (long) offset, random.nextInt(3));
        if (random.nextInt(16) == 0) {
            Futex.wake(Scratch.SHARED, words.address() + offset);
        }
    }

    /// Writes as much as fits, and takes all that came, as an honest peer would.
    void move() {
        long tail = (long) Words.LONG.getVolatile(fromVictim(), (long) Layout.TAIL);
        Words.LONG.setVolatile(fromVictim(), (long) Layout.HEAD, tail);
        long head = (long) Words.LONG.getVolatile(toVictim(), (long) Layout.HEAD);
        Words.LONG.setVolatile(toVictim(), (long) Layout.TAIL, head + memory.capacity());
    }

    static ByteBuffer room() {
        return ByteBuffer.allocate(Layout.SMALLEST_CAPACITY);
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
        socket.close();
        arena.close();
    }
}
