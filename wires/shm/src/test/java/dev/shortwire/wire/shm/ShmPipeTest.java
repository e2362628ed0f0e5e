package dev.shortwire.wire.shm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.wire.stream.Pipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ShmPipeTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    @Test
    void carriesBytesBothWays() throws IOException {
        try (PipePair pair = PipePair.open()) {
            assertThat(pair.near().read(ByteBuffer.allocate(10))).isZero();
            send(pair.near(), "ping");
            assertThat(receive(pair.far(), 4)).isEqualTo("ping");
            send(pair.far(), "pong!");
            assertThat(receive(pair.near(), 5)).isEqualTo("pong!");
        }
    }

    @Test
    void carriesMoreThanTheRingHoldsInPieces() throws Exception {
        long seed = System.nanoTime();
        System.out.println("bytes in pieces with seed " + seed);
        byte[] bytes = new byte[3_000_000];
        new SplittableRandom(seed).nextBytes(bytes);
        try (PipePair pair = PipePair.open(Layout.SMALLEST_CAPACITY)) {
            FutureTask<byte[]> reading = start(() -> readAll(pair.far(), bytes.length, seed + 1));
            writeAll(pair.near(), bytes, seed + 2);
            assertThat(reading.get(30, TimeUnit.SECONDS)).isEqualTo(bytes);
        }
    }

    @Test
    void takesNoMoreThanThereIsRoomFor() throws IOException {
        try (PipePair pair = PipePair.open(Layout.SMALLEST_CAPACITY)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(10_000);
            assertThat(pair.near().write(bytes)).isEqualTo(4096);
            assertThat(pair.near().write(bytes)).isZero();
            pair.near().awaitWritable(1_000_000);
            assertThat(pair.far().read(ByteBuffer.allocate(1))).isOne();
            assertThat(pair.near().write(bytes)).isOne();
            assertThat(bytes.position()).isEqualTo(4097);
        }
    }

    @Test
    void wakesAReaderThatSleeps() throws Exception {
        try (PipePair pair = PipePair.open()) {
            for (int i = 0; i < 200; i++) {
                FutureTask<String> reading = start(() -> receive(pair.far(), 1));
                send(pair.near(), "x");
                assertThat(reading.get(30, TimeUnit.SECONDS)).isEqualTo("x");
            }
        }
    }

    @Test
    void aWakeUpEndsThePresentWaitOrTheNext() throws Exception {
        try (PipePair pair = PipePair.open()) {
            pair.near().wake();
            pair.near().awaitReadable(LONG);
            for (int i = 0; i < 200; i++) {
                FutureTask<Boolean> waiting = start(() -> {
                    pair.near().awaitReadable(LONG);
                    return true;
                });
                pair.near().wake();
                assertThat(waiting.get(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void anInterruptedThreadDoesNotWait() throws Exception {
        try (PipePair pair = PipePair.open()) {
            FutureTask<Boolean> waiting = start(() -> {
                Thread.currentThread().interrupt();
                pair.near().awaitReadable(LONG);
                return Thread.interrupted();
            });
            assertThat(waiting.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatWasWrittenBeforeTheEndCanStillBeRead() throws IOException {
        try (PipePair pair = PipePair.open()) {
            send(pair.near(), "last words");
            pair.near().close();
            assertThat(receive(pair.far(), 10)).isEqualTo("last words");
            awaitEnd(pair.far());
            assertThat(pair.far().isOpen()).isFalse();
            assertThatThrownBy(() -> send(pair.far(), "?")).isInstanceOf(IOException.class)
                    .hasMessageContaining("has gone");
        }
    }

    @Test
    void aSleeperLearnsThatThePeerHasClosed() throws Exception {
        try (PipePair pair = PipePair.open(Layout.SMALLEST_CAPACITY)) {
            FutureTask<Integer> reading = start(() -> {
                awaitEnd(pair.far());
                return -1;
            });
            FutureTask<Boolean> writing = start(() -> {
                assertThatThrownBy(() -> writeAll(pair.far(), new byte[100_000], 1)).isInstanceOf(IOException.class);
                return true;
            });
            pair.near().close();
            assertThat(reading.get(30, TimeUnit.SECONDS)).isEqualTo(-1);
            assertThat(writing.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingEndsTheWaitsOfItsOwnThreads() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (PipePair pair = PipePair.open(Layout.SMALLEST_CAPACITY)) {
                FutureTask<Boolean> reading = start(() -> {
                    assertThatThrownBy(() -> readAll(pair.near(), 1, 1)).isInstanceOf(IOException.class);
                    return true;
                });
                FutureTask<Boolean> writing = start(() -> {
                    assertThatThrownBy(() -> writeAll(pair.near(), new byte[100_000], 1))
                            .isInstanceOf(IOException.class);
                    return true;
                });
                pair.near().close();
                pair.near().close();
                assertThat(reading.get(30, TimeUnit.SECONDS)).isTrue();
                assertThat(writing.get(30, TimeUnit.SECONDS)).isTrue();
                assertThat(pair.near().isOpen()).isFalse();
            }
        }
    }

    /// Each time the memory goes while both threads copy in and out of it.
    @Test
    void closingWhileBytesFlowTouchesNothingThatWasGivenBack() throws Exception {
        for (int i = 0; i < 100; i++) {
            try (PipePair pair = PipePair.open(Layout.SMALLEST_CAPACITY)) {
                FutureTask<Boolean> writing = start(() -> endless(() -> writeAll(pair.near(), new byte[10_000], 1)));
                FutureTask<Boolean> reading = start(() -> endless(() -> readAll(pair.far(), 10_000, 1)));
                Pipe first = i % 2 == 0 ? pair.near() : pair.far();
                first.read(ByteBuffer.allocate(1));
                first.close();
                assertThat(writing.get(30, TimeUnit.SECONDS)).isTrue();
                assertThat(reading.get(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static boolean endless(Step step) {
        assertThatThrownBy(() -> {
            while (true) {
                step.run();
            }
        }).isInstanceOf(IOException.class);
        return true;
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private static void send(Pipe pipe, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        assertThat(pipe.write(bytes)).isEqualTo(text.length());
    }

    private static String receive(Pipe pipe, int count) throws IOException {
        return new String(readAll(pipe, count, 1), UTF_8);
    }

    static void writeAll(Pipe pipe, byte[] bytes, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int at = 0; at < bytes.length;) {
            ByteBuffer piece = ByteBuffer.wrap(bytes, at, random.nextInt(1, Math.min(9_000, bytes.length - at) + 1));
            while (piece.hasRemaining()) {
                at += pipe.write(piece);
                if (piece.hasRemaining()) {
                    pipe.awaitWritable(LONG);
                }
            }
        }
    }

    static byte[] readAll(Pipe pipe, int count, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            bytes.limit(bytes.position() + random.nextInt(1, Math.min(9_000, count - bytes.position()) + 1));
            if (pipe.read(bytes) < 0) {
                throw new IOException("the stream has ended");
            }
            boolean dry = bytes.hasRemaining();
            bytes.limit(count);
            if (dry) {
                pipe.awaitReadable(LONG);
            }
        }
        return bytes.array();
    }

    static void awaitEnd(Pipe pipe) throws IOException {
        while (pipe.read(ByteBuffer.allocate(100)) >= 0) {
            pipe.awaitReadable(LONG);
        }
    }
}
