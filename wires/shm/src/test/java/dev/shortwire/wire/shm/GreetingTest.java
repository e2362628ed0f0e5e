package dev.shortwire.wire.shm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shortwire.wire.UnixAddress;
import dev.shortwire.wire.shm.Sys.Scratch;
import dev.shortwire.wire.stream.Pipe;
import dev.shortwire.wire.stream.Transport;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Peers that do not greet as they should.
@Timeout(60)
final class GreetingTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);
    private static final int CAPACITY = Layout.SMALLEST_CAPACITY;

    private final ShmTransport transport = new ShmTransport();
    private Transport.Acceptor acceptor;
    private final BlockingQueue<Pipe> accepted = new LinkedBlockingQueue<>();

    @BeforeEach
    void listen() {
        acceptor = transport.listen("");
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    accepted.add(acceptor.accept());
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("closed");
            }
        });
    }

    @AfterEach
    void close() {
        acceptor.close();
        await().atMost(Duration.ofSeconds(30)).until(() -> Resources.now().mappings() == 0);
        await().atMost(Duration.ofSeconds(30)).until(() -> Resources.now().threads() == 0);
    }

    private UnixSocket dial() throws IOException {
        UnixSocket socket = UnixSocket.create();
        assertThat(socket.connect(UnixAddress.parse(acceptor.address()).path().toString(), LONG)).isZero();
        return socket;
    }

    private static String answer(UnixSocket socket) throws IOException {
        byte[] bytes = new byte[300];
        assertThat(socket.poll(LONG)).isTrue();
        int count = socket.receive(bytes).count();
        assertThat(count).isGreaterThanOrEqualTo(Greeting.ANSWER_HEADER_BYTES);
        assertThat(ByteBuffer.wrap(bytes).getInt()).isEqualTo(Greeting.MAGIC);
        assertThat(bytes[5]).isOne();
        return new String(bytes, 8, count - 8, UTF_8);
    }

    /// What the listener says to a file that it is sent, made by hand.
    private String answerTo(int memfdFlags, long size, int seals, int capacity) throws IOException {
        try (UnixSocket socket = dial(); Arena arena = Arena.ofConfined()) {
            Scratch scratch = new Scratch(arena);
            int fd = (int) Sys
                    .check(Sys.call(scratch, SysNumbers.MEMFD_CREATE, arena.allocateFrom("shortwire").address(),
                            memfdFlags, 0), "memfd_create");
            Sys.check(Sys.call(scratch, SysNumbers.FTRUNCATE, fd, size, 0), "ftruncate");
            if (seals != 0) {
                Sys.check(Sys.call(scratch, SysNumbers.FCNTL, fd, 1033, seals), "seals");
            }
            socket.send(Greeting.hello(capacity), fd);
            Sys.closeFd(scratch, fd);
            return answer(socket);
        }
    }

    @Test
    void refusesMemoryThatCouldShrinkOrHasAnotherSize() throws IOException {
        long size = Layout.totalBytes(CAPACITY);
        assertThat(answerTo(3, size, 0, CAPACITY)).contains("has the seals 0x0 instead of 0x7");
        assertThat(answerTo(3, size, 4 | 1, CAPACITY)).contains("has the seals 0x5");
        assertThat(answerTo(3, size, 2 | 4, CAPACITY)).contains("has the seals 0x6");
        assertThat(answerTo(3, size, 8 | 7, CAPACITY)).contains("has the seals 0xf");
        assertThat(answerTo(3, size - 4096, 7, CAPACITY))
                .contains("has " + (size - 4096) + " bytes instead of " + size);
        assertThat(answerTo(3, size + 4096, 7, CAPACITY)).contains("instead of " + size);
        assertThat(answerTo(3, 0, 7, CAPACITY)).contains("has 0 bytes");
        assertThat(answerTo(3, size, 7, CAPACITY + 1)).contains("power of two");
        assertThat(answerTo(3, size, 7, Integer.MIN_VALUE)).contains("power of two");
        assertThat(answerTo(3, size, 7, 1 << 27)).contains("power of two");
        assertServes();
    }

    @Test
    void refusesAFileThatIsNoMemory() throws IOException {
        try (UnixSocket socket = dial(); Arena arena = Arena.ofConfined()) {
            Scratch scratch = new Scratch(arena);
            long name = arena.allocateFrom("/proc/self/status").address();
            int fd = (int) Sys.check(Sys.call(scratch, SysNumbers.OPENAT, -100, name, 0), "open");
            socket.send(Greeting.hello(CAPACITY), fd);
            Sys.closeFd(scratch, fd);
            assertThat(answer(socket)).contains("lies on file system 0x9fa0");
        }
        assertServes();
    }

    @Test
    void refusesGarbageAndGreetingsWithoutMemory() throws IOException {
        long seed = System.nanoTime();
        System.out.println("greetings with seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50; i++) {
            try (UnixSocket socket = dial(); Arena arena = Arena.ofShared()) {
                Memory memory = Memory.create(arena, CAPACITY);
                byte[] hello = Greeting.hello(CAPACITY);
                hello[random.nextInt(5)] ^= (byte) random.nextInt(1, 256);
                socket.send(i % 5 == 0 ? new byte[random.nextInt(1, 40)] : hello, i % 3 == 0 ? -1 : memory.fd());
                memory.closeFd();
                assertThat(answer(socket)).isNotEmpty();
            }
        }
        assertServes();
    }

    @Test
    void closesTheDescriptorsOfWhoeverItRefuses() throws IOException {
        answerTo(3, 0, 7, CAPACITY);
        assertServes();
        long before = Resources.now().sockets();
        for (int i = 0; i < 20; i++) {
            answerTo(3, 0, 7, CAPACITY);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> Resources.now().sockets() <= before);
    }

    @Test
    void servesOthersWhileSomeSayNothing() throws Exception {
        UnixSocket[] silent = new UnixSocket[ShmAcceptor.MOST_GREETINGS - 1];
        for (int i = 0; i < silent.length; i++) {
            silent[i] = dial();
        }
        assertServes();
        for (UnixSocket socket : silent) {
            socket.close();
        }
    }

    @Test
    void givesUpOnAPeerWhoNeverWakesIt() throws Exception {
        try (UnixSocket socket = dial(); Arena arena = Arena.ofShared()) {
            Memory memory = Memory.create(arena, CAPACITY);
            socket.send(Greeting.hello(CAPACITY), memory.fd());
            memory.closeFd();
            assertThat(socket.poll(LONG)).isTrue();
            byte[] welcome = new byte[100];
            assertThat(socket.receive(welcome).count()).isEqualTo(8);
            // and now nothing, until the listener hangs up
            assertThat(socket.poll(LONG)).isTrue();
            assertThat(socket.receive(welcome).count()).isZero();
        }
        assertServes();
    }

    @Test
    void aConnectorGivesUpOnAListenerWhoSaysNothing(@TempDir Path folder) throws Exception {
        try (UnixSocket listener = UnixSocket.create()) {
            Path path = folder.resolve("silent.sock");
            assertThat(listener.bind(path.toString())).isZero();
            listener.listen();
            assertThatThrownBy(() -> transport.connect(path.toString(), TimeUnit.MILLISECONDS.toNanos(50)))
                    .isInstanceOf(SocketTimeoutException.class).hasMessageContaining("no time left");
        }
    }

    @Test
    void aConnectorGivesUpOnAListenerWhoNeverSleeps(@TempDir Path folder) throws Exception {
        try (UnixSocket listener = UnixSocket.create()) {
            Path path = folder.resolve("sleepless.sock");
            assertThat(listener.bind(path.toString())).isZero();
            listener.listen();
            FutureTask<UnixSocket> welcome = new FutureTask<>(() -> {
                UnixSocket socket = listener.accept();
                socket.send(Greeting.answer(""), -1);
                return socket;
            });
            Thread.ofPlatform().daemon().start(welcome);
            assertThatThrownBy(() -> transport.connect(path.toString(), TimeUnit.MILLISECONDS.toNanos(200)))
                    .isInstanceOf(SocketTimeoutException.class).hasMessageContaining("futexes may not work");
            welcome.get(20, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void aConnectorRefusesAnswersThatAreNone(@TempDir Path folder) throws Exception {
        try (UnixSocket listener = UnixSocket.create()) {
            Path path = folder.resolve("strange.sock");
            assertThat(listener.bind(path.toString())).isZero();
            listener.listen();
            for (String answer : new String[] {"HTTP/1.1 400 Bad Request\r\n", "x", "SWSM\1\0\0\5"}) {
                FutureTask<UnixSocket> replying = new FutureTask<>(() -> {
                    UnixSocket socket = listener.accept();
                    socket.send(answer.getBytes(UTF_8), -1);
                    return socket;
                });
                Thread.ofPlatform().daemon().start(replying);
                assertThatThrownBy(() -> transport.connect(path.toString(), LONG)).isInstanceOf(IOException.class)
                        .hasMessageContaining("no greeting of this protocol");
                replying.get(20, TimeUnit.SECONDS).close();
            }
        }
    }

    @Test
    void tellsWhoIsNotThereFromWhoCannotBeSeen() {
        UnixAddress address = UnixAddress.parse(acceptor.address());
        acceptor.close();
        assertThatThrownBy(() -> transport.connect(address.toString(), LONG)).isInstanceOf(ConnectException.class)
                .hasMessageContaining("nobody listens");
        assertThatThrownBy(() -> transport.connect(address.path() + "#00000000", LONG)).isInstanceOf(IOException.class)
                .isNotInstanceOf(ConnectException.class).hasMessageContaining("in a container");
        assertThatThrownBy(() -> transport.connect("/nowhere/shm.sock", LONG)).isInstanceOf(IOException.class)
                .isNotInstanceOf(ConnectException.class).hasMessageContaining("folder /nowhere is not here");
    }

    private void assertServes() throws IOException {
        try (Pipe near = transport.connect(acceptor.address(), LONG)) {
            near.write(ByteBuffer.wrap(new byte[] {7}));
            await().atMost(Duration.ofSeconds(20)).until(() -> !accepted.isEmpty());
            try (Pipe far = accepted.remove()) {
                assertThat(ShmPipeTest.readAll(far, 1, 1)).containsExactly(7);
            }
        }
    }
}
