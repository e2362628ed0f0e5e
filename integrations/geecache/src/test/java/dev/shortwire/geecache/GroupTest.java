package dev.shortwire.geecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.Limits;
import dev.shortwire.LoadCycleException;
import dev.shortwire.OriginException;
import dev.shortwire.PermanentException;
import dev.shortwire.RetryableException;
import dev.shortwire.ShortwireException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GroupTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Map<String, String> DATABASE = Map.of("Tom", "630", "Jack", "589", "Sam", "567");

    private final AtomicInteger loads = new AtomicInteger();
    private final Group scores = new Group("scores", 2 << 10, key -> {
        loads.incrementAndGet();
        String value = DATABASE.get(key);
        return value == null ? null : value.getBytes(UTF_8);
    });

    @Test
    void loadsAKeyOnceAndThenAnswersFromItsStore() {
        DATABASE.forEach((key, value) -> {
            assertThat(scores.get(key)).hasToString(value);
            assertThat(scores.get(key)).hasToString(value);
        });

        assertThat(loads).hasValue(3);
        assertThat(scores.stats()).satisfies(stats -> {
            assertThat(stats.gets()).isEqualTo(6);
            assertThat(stats.hits()).isEqualTo(3);
            assertThat(stats.loads()).isEqualTo(3);
            assertThat(stats.localLoads()).isEqualTo(3);
            assertThat(stats.entries()).isEqualTo(3);
            assertThat(stats.sizeBytes()).isEqualTo(3 + 3 + 4 + 3 + 3 + 3);
            assertThat(stats.loadNanosTotal()).isGreaterThanOrEqualTo(stats.loadNanosMax());
        });
    }

    @Test
    void saysThatAKeyDoesNotExistAndAsksAgainNextTime() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> scores.get("kkk")).isInstanceOf(KeyNotFoundException.class)
                    .hasMessage("kkk not exist");
        }

        assertThat(loads).hasValue(2);
        assertThat(scores.stats().entries()).isZero();
    }

    @Test
    void aGetterMayAlsoThrowThatAKeyDoesNotExist() {
        Group group = new Group("scores", 100, key -> {
            throw new KeyNotFoundException(key);
        });

        assertThatThrownBy(() -> group.get("kkk")).isInstanceOf(KeyNotFoundException.class).hasMessage("kkk not exist");
        assertThat(group.stats().localLoadErrors()).isZero();
    }

    @Test
    void anotherKeyThatDoesNotExistIsAFailureOfTheGetter() {
        Group group = new Group("scores", 100, key -> scores.get("part of " + key).byteSlice());

        assertThatThrownBy(() -> group.get("whole")).isInstanceOf(OriginException.class)
                .hasMessage("part of whole not exist");
    }

    @Test
    void refusesKeysThatAreNone() {
        assertThatThrownBy(() -> scores.get("")).isInstanceOf(PermanentException.class).hasMessageContaining("empty");
        assertThatThrownBy(() -> scores.get("\ud800")).isInstanceOf(PermanentException.class)
                .hasMessageContaining("surrogate");
        assertThatThrownBy(() -> scores.get("x".repeat(Limits.MAX_KEY_BYTES + 1)))
                .isInstanceOfSatisfying(PermanentException.class,
                        e -> assertThat(e.kind()).isEqualTo(FailureKind.TOO_LARGE));
        assertThat(loads).hasValue(0);
    }

    @Test
    void refusesOptionsThatAreNone() {
        assertThatThrownBy(() -> new Group("", 1, key -> null)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> new Group("a/b", 1, key -> null)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> new Group("x".repeat(65), 1, key -> null)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> new Group("scores", 0, key -> null)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cacheBytes=0");
        assertThatThrownBy(() -> new Group("scores", 1, key -> null, Duration.ZERO))
                .isInstanceOf(ConfigurationException.class);
        assertThatCode(() -> new Group("成绩 A", 1, key -> null)).doesNotThrowAnyException();
    }

    @Test
    void keepsAtMostItsBytes() {
        Group group = new Group("scores", 100, key -> new byte[10]);
        for (int i = 0; i < 50; i++) {
            assertThat(group.get("key-" + i).len()).isEqualTo(10);
        }
        assertThat(group.stats().entries()).isBetween(1L, 6L);
        assertThat(group.stats().sizeBytes()).isLessThanOrEqualTo(100);
        assertThat(group.stats().evictions()).isEqualTo(50 - group.stats().entries());
    }

    @Test
    void answersAValueThatDoesNotFitWithoutKeepingIt() {
        Group group = new Group("scores", 10, key -> new byte[100]);

        assertThat(group.get("Tom").len()).isEqualTo(100);
        assertThat(group.stats().entries()).isZero();
    }

    @Test
    void keepsEmptyValues() {
        Group group = new Group("scores", 10, key -> {
            loads.incrementAndGet();
            return new byte[0];
        });

        assertThat(group.get("Tom").len()).isZero();
        assertThat(group.get("Tom").len()).isZero();
        assertThat(loads).hasValue(1);
    }

    @Test
    void changesOfAGettersArrayAreNotSeen() {
        byte[] row = {1, 2, 3};
        Group group = new Group("scores", 100, key -> row);
        ByteView first = group.get("Tom");
        row[0] = 9;

        assertThat(first.byteSlice()).containsExactly(1, 2, 3);
        assertThat(group.get("Tom").byteSlice()).containsExactly(1, 2, 3);
    }

    @Test
    void concurrentCallersShareOneLoad() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Group group = new Group("scores", 100, key -> {
            asked.incrementAndGet();
            open.await();
            return "630".getBytes(UTF_8);
        }, LONG);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ByteView>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(callers.submit(() -> group.get("Tom")));
            }
            await().atMost(LONG).until(() -> group.stats().gets() == 100);
            open.countDown();
            for (Future<ByteView> answer : answers) {
                assertThat(answer.get()).hasToString("630");
            }
        }
        assertThat(asked).hasValue(1);
        assertThat(group.stats().localLoads()).isEqualTo(1);
        assertThat(group.stats().loads() - group.stats().loadsDeduped()).isEqualTo(1);
        assertThat(group.stats().loads() + group.stats().hits()).isEqualTo(100);
    }

    @Test
    void manyRoundsOfConcurrentCallersLoadEachKeyOnce() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Group group = new Group("scores", 1 << 20, key -> {
                loads.incrementAndGet();
                return key.getBytes(UTF_8);
            }, LONG);
            List<Future<ByteView>> answers = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                String key = "key-" + i / 20;
                answers.add(callers.submit(() -> group.get(key)));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).hasToString("key-" + i / 20);
            }
        }
        assertThat(loads).hasValue(1000);
    }

    @Test
    void allWhoWaitGetTheFailureAndTheNextCallLoadsAgain() {
        AtomicBoolean up = new AtomicBoolean();
        Group group = new Group("scores", 100, key -> {
            if (!up.get()) {
                throw new IOException("database is down");
            }
            return "630".getBytes(UTF_8);
        });

        assertThatThrownBy(() -> group.get("Tom")).isInstanceOf(OriginException.class).hasMessage("database is down")
                .hasCauseInstanceOf(IOException.class);
        up.set(true);
        assertThat(group.get("Tom")).hasToString("630");
        assertThat(group.stats().localLoadErrors()).isEqualTo(1);
    }

    @Test
    void aGetterThatBreaksIsAFailureToo() {
        Group group = new Group("scores", 100, key -> {
            throw new StackOverflowError();
        });

        assertThatThrownBy(() -> group.get("Tom")).isInstanceOf(OriginException.class)
                .hasMessageContaining("StackOverflowError");
    }

    @Test
    void aValueOverTheLimitIsAFailureOfTheGetter() {
        Group group = new Group("scores", 100, key -> new byte[Limits.MAX_VALUE_BYTES + 1]);

        assertThatThrownBy(() -> group.get("Tom")).isInstanceOf(OriginException.class)
                .hasMessageContaining("16777217");
    }

    @Test
    void aGetterThatHangsCostsItsCallersTheirDeadlineAndIsInterrupted() {
        CompletableFuture<Void> interrupted = new CompletableFuture<>();
        AtomicBoolean hang = new AtomicBoolean(true);
        Group group = new Group("scores", 100, key -> {
            if (!hang.get()) {
                return "630".getBytes(UTF_8);
            }
            try {
                new CountDownLatch(1).await();
                throw new AssertionError("nobody opens it");
            } catch (InterruptedException e) {
                interrupted.complete(null);
                throw e;
            }
        }, Duration.ofMillis(50));

        assertThatThrownBy(() -> group.get("Tom")).isInstanceOfSatisfying(RetryableException.class,
                e -> assertThat(e.kind()).isEqualTo(FailureKind.DEADLINE));
        await().atMost(LONG).until(interrupted::isDone);
        hang.set(false);
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> assertThat(group.get("Tom")).hasToString("630"));
    }

    @Test
    void aLateResultIsNotStoredOverANewerOne() throws Exception {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger call = new AtomicInteger();
        Group group = new Group("scores", 100, key -> {
            if (call.incrementAndGet() > 1) {
                return "new".getBytes(UTF_8);
            }
            slow.join();
            ended.countDown();
            return "old".getBytes(UTF_8);
        }, Duration.ofMillis(50));

        assertThatThrownBy(() -> group.get("Tom")).isInstanceOf(RetryableException.class);
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> assertThat(group.get("Tom")).hasToString("new"));
        slow.complete(null);
        ended.await();
        for (int i = 0; i < 100; i++) {
            assertThat(group.get("Tom")).hasToString("new");
        }
    }

    @Test
    void aCallerThatIsInterruptedFailsAlone() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Group group = new Group("scores", 100, key -> {
            open.await();
            return "630".getBytes(UTF_8);
        }, LONG);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread impatient = Thread.ofVirtual().start(() -> {
            failure.set(catchThrowable(() -> group.get("Tom")));
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        await().atMost(LONG).until(() -> group.stats().gets() == 1);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ByteView> patient = callers.submit(() -> group.get("Tom"));
            await().atMost(LONG).until(() -> group.stats().gets() == 2);
            impatient.interrupt();
            impatient.join();
            assertThat(failure.get()).isInstanceOfSatisfying(RetryableException.class,
                    e -> assertThat(e.kind()).isEqualTo(FailureKind.CANCELLED));
            assertThat(stillInterrupted).isTrue();
            open.countDown();
            assertThat(patient.get()).hasToString("630");
        }
    }

    @Test
    void aGetterThatAsksForItsOwnKeyIsToldAtOnce() {
        CompletableFuture<Group> itself = new CompletableFuture<>();
        Group group = new Group("scores", 100, key -> itself.join().get(key).byteSlice(), LONG);
        itself.complete(group);

        assertThatThrownBy(() -> group.get("Tom")).isInstanceOf(LoadCycleException.class).hasMessageContaining("Tom");
    }

    @Test
    void aGetterMayAskForOtherKeys() {
        CompletableFuture<Group> itself = new CompletableFuture<>();
        Group group = new Group("scores", 100, key -> key.length() == 1 ? key.getBytes(UTF_8)
                : itself.join().get(key.substring(1)).byteSlice(), LONG);
        itself.complete(group);

        assertThat(group.get("abc")).hasToString("c");
    }

    @Test
    void refusesLoadsThatFindNoRoomBeforeTheirDeadline() throws Exception {
        CompletableFuture<Void> open = new CompletableFuture<>();
        AtomicInteger running = new AtomicInteger();
        Group group = new Group("scores", 1 << 20, key -> {
            running.incrementAndGet();
            open.join();
            return key.getBytes(UTF_8);
        }, Duration.ofMillis(300));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Throwable>> failures = new ArrayList<>();
            for (int i = 0; i < Group.MAX_CONCURRENT_LOADS + 10; i++) {
                String key = "key-" + i;
                failures.add(callers.submit(() -> catchThrowable(() -> group.get(key))));
            }
            for (Future<Throwable> failure : failures) {
                assertThat(failure.get()).isInstanceOf(RetryableException.class);
            }
            assertThat(running.get()).isBetween(1, Group.MAX_CONCURRENT_LOADS);
        } finally {
            open.complete(null);
        }
        await().atMost(LONG).ignoreExceptions()
                .untilAsserted(() -> assertThat(group.get("later")).hasToString("later"));
    }

    // ---- with peers

    @Test
    void asksThePeerThatOwnsAKeyAndDoesNotStoreItsAnswer() {
        AtomicInteger asked = new AtomicInteger();
        scores.registerPeers(owner((group, key) -> {
            asked.incrementAndGet();
            return (group + "/" + key).getBytes(UTF_8);
        }));

        assertThat(scores.get("Tom")).hasToString("scores/Tom");
        assertThat(scores.get("Tom")).hasToString("scores/Tom");
        assertThat(asked).hasValue(2);
        assertThat(loads).hasValue(0);
        assertThat(scores.stats().peerLoads()).isEqualTo(2);
        assertThat(scores.stats().entries()).isZero();
    }

    @Test
    void loadsAndStoresHereWhenTheOwnerFails() {
        scores.registerPeers(owner((group, key) -> {
            throw FailureKind.UNREACHABLE.exception("nobody there");
        }));

        assertThat(scores.get("Tom")).hasToString("630");
        assertThat(scores.get("Tom")).hasToString("630");
        assertThat(loads).hasValue(1);
        assertThat(scores.stats()).satisfies(stats -> {
            assertThat(stats.peerErrors()).isEqualTo(1);
            assertThat(stats.degraded()).isEqualTo(1);
            assertThat(stats.localLoads()).isEqualTo(1);
            assertThat(stats.hits()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whateverAPeerGetterThrowsIsThePeersFailure(boolean tooLong) {
        scores.registerPeers(owner((group, key) -> {
            if (tooLong) {
                return new byte[Limits.MAX_VALUE_BYTES + 1];
            }
            throw new IllegalStateException("broken");
        }));

        assertThat(scores.get("Tom")).hasToString("630");
        assertThat(scores.stats().peerErrors()).isEqualTo(1);
    }

    @Test
    void believesThePeerThatAKeyDoesNotExist() {
        scores.registerPeers(owner((group, key) -> {
            throw new KeyNotFoundException(key);
        }));

        assertThatThrownBy(() -> scores.get("Tom")).isInstanceOf(KeyNotFoundException.class);
        assertThat(loads).hasValue(0);
        assertThat(scores.stats().peerErrors()).isZero();
    }

    @Test
    void concurrentCallersShareOneCallToThePeer() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Group group = new Group("scores", 100, key -> null, LONG);
        group.registerPeers(owner((name, key) -> {
            asked.incrementAndGet();
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "630".getBytes(UTF_8);
        }));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = callers.submit(() -> group.get("Tom"));
            await().atMost(LONG).until(() -> asked.get() == 1);
            Thread waits = Thread.ofPlatform().daemon().start(() -> group.get("Tom"));
            await().atMost(LONG).until(() -> waits.getState() == Thread.State.TIMED_WAITING);
            open.countDown();
            first.get();
            waits.join();
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void aPeersRequestIsLoadedHereEvenWhereAnotherPeerOwnsTheKey() {
        scores.registerPeers(owner((group, key) -> {
            throw new AssertionError("a peer's request went on to another peer");
        }));

        assertThat(scores.peerHit("Tom")).isNull();
        assertThat(scores.serve("Tom").valueOf("Tom").utf8()).isEqualTo("630");
        assertThat(scores.peerHit("Tom")).isNotNull();
        assertThat(scores.stats()).satisfies(stats -> {
            assertThat(stats.serverRequests()).isEqualTo(2);
            assertThat(stats.gets()).isZero();
            assertThat(stats.loads()).isEqualTo(1);
        });
    }

    @Test
    void registeringPeersTwiceIsAnError() {
        scores.registerPeers(key -> Optional.empty());

        assertThatThrownBy(() -> scores.registerPeers(key -> Optional.empty()))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("call it once");
        assertThat(scores.get("Tom")).hasToString("630");
    }

    @Test
    void aPickerThatRefusesTheGroupIsNotRegistered() {
        PeerPicker refusing = new PeerPicker() {
            @Override
            public Optional<PeerGetter> pickPeer(String key) {
                throw new AssertionError("not registered");
            }

            @Override
            public void serve(Group group) {
                throw new ConfigurationException("taken");
            }
        };

        assertThatThrownBy(() -> scores.registerPeers(refusing)).hasMessage("taken");
        assertThat(scores.get("Tom")).hasToString("630");
        assertThatCode(() -> scores.registerPeers(key -> Optional.empty())).doesNotThrowAnyException();
    }

    @Test
    void aPickerThatBreaksFailsTheReadAndNoMore() {
        AtomicBoolean broken = new AtomicBoolean(true);
        scores.registerPeers(key -> {
            if (broken.get()) {
                throw new IllegalStateException("no ring");
            }
            return Optional.empty();
        });

        assertThatThrownBy(() -> scores.get("Tom")).isInstanceOf(ShortwireException.class)
                .hasMessageContaining("no ring");
        broken.set(false);
        assertThat(scores.get("Tom")).hasToString("630");
    }

    private static PeerPicker owner(PeerGetter peer) {
        return key -> Optional.of(peer);
    }
}
