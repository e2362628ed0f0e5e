package dev.shortwire.wire.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.wire.stream.Pipe;
import dev.shortwire.wire.stream.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a peer can do who has the memory: spoil what it sends itself, and nothing else.
@Timeout(60)
final class HostilePeerTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private final Transport.Acceptor acceptor = new ShmTransport().listen("");
    private final long seed = System.nanoTime();

    @AfterEach
    void close() {
        acceptor.close();
    }

    private HostilePeer enemy(long number, HostilePeer.Prank prank) throws IOException {
        System.out.println("hostile peer with seed " + (seed + number));
        return new HostilePeer(acceptor.address(), seed + number, prank);
    }

    private static FutureTask<IOException> until(Step step) {
        FutureTask<IOException> task = new FutureTask<>(() -> {
            try {
                while (true) {
                    step.run();
                }
            } catch (IOException e) {
                return e;
            }
        });
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static FutureTask<IOException> reading(Pipe pipe) {
        ByteBuffer room = HostilePeer.room();
        return until(() -> {
            if (pipe.read(room.clear()) < 0) {
                throw new IOException("the end");
            }
            pipe.awaitReadable(LONG);
        });
    }

    private static FutureTask<IOException> writing(Pipe pipe) {
        ByteBuffer bytes = HostilePeer.room();
        return until(() -> {
            pipe.write(bytes.clear());
            pipe.awaitWritable(LONG);
        });
    }

    @Test
    void scribblingAllOverTheMemoryEndsThePipeAndNothingElse() throws Exception {
        for (int i = 0; i < 20; i++) {
            FutureTask<Pipe> accepting = accepting();
            try (var _ = enemy(i, HostilePeer::scribble)) {
                Pipe victim = accepting.get(20, TimeUnit.SECONDS);
                FutureTask<IOException> reading = reading(victim);
                FutureTask<IOException> writing = writing(victim);
                assertThat(reading.get(30, TimeUnit.SECONDS)).hasMessageContaining("can't be used any more");
                assertThat(writing.get(30, TimeUnit.SECONDS)).hasMessageContaining("can't be used any more");
                victim.close();
            }
        }
    }

    @Test
    void wildWordsAboutWhoSleepsNeitherHoldUsNorKeepUsBusyForEver() throws Exception {
        for (int i = 0; i < 5; i++) {
            FutureTask<Pipe> accepting = accepting();
            try (HostilePeer enemy = enemy(i, HostilePeer::ring)) {
                Pipe victim = accepting.get(20, TimeUnit.SECONDS);
                FutureTask<IOException> reading = reading(victim);
                FutureTask<IOException> writing = writing(victim);
                await().atMost(Duration.ofSeconds(30)).until(() -> enemy.pranks() > 100_000);
                // they were rung for nothing until they gave up, or so rarely that they sleep
                victim.close();
                assertThat(reading.get(30, TimeUnit.SECONDS)).isNotNull();
                assertThat(writing.get(30, TimeUnit.SECONDS)).isNotNull();
            }
        }
    }

    /// Ringing and rewriting while bytes flow: as many come and go as the peer says, whatever they are.
    @Test
    void bytesFlowOnWhileThePeerRewritesThemAndRings() throws Exception {
        FutureTask<Pipe> accepting = accepting();
        try (var _ = enemy(0, (peer, random) -> {
            peer.scribbleOnData(random);
            peer.ring(random);
            if (random.nextInt(8) == 0) {
                peer.move();
            }
        }); Pipe victim = accepting.get(20, TimeUnit.SECONDS)) {
            long[] counts = new long[2];
            ByteBuffer room = HostilePeer.room();
            FutureTask<IOException> writing = until(() -> {
                counts[1] += victim.write(HostilePeer.room());
                if (counts[1] > 4_000_000) {
                    throw new IOException("enough");
                }
            });
            while (counts[0] < 4_000_000) {
                int count = victim.read(room.clear());
                assertThat(count).isBetween(0, 4096);
                counts[0] += count;
            }
            assertThat(writing.get(30, TimeUnit.SECONDS)).hasMessage("enough");
        }
    }

    @Test
    void positionsThatMakeNoSenseAreTold() throws Exception {
        FutureTask<Pipe> accepting = accepting();
        try (var _ = enemy(0, (peer, random) -> {
            Words.LONG.setVolatile(peer.toVictim(), (long) Layout.TAIL, 4097L);
            Words.LONG.setVolatile(peer.fromVictim(), (long) Layout.HEAD, -1L);
        }); Pipe victim = accepting.get(20, TimeUnit.SECONDS)) {
            assertThat(reading(victim).get(30, TimeUnit.SECONDS)).hasMessageContaining(
                    "it has written up to 4097, which must lie between 0 and 4096");
            assertThat(writing(victim).get(30, TimeUnit.SECONDS)).hasMessageContaining(
                    "it has read up to -1, which must lie between 0 and 4096");
        }
    }

    private FutureTask<Pipe> accepting() {
        FutureTask<Pipe> task = new FutureTask<>(acceptor::accept);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }
}
