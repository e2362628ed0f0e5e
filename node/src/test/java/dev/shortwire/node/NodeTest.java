package dev.shortwire.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.Cache;
import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import dev.shortwire.LoadCycleException;
import dev.shortwire.Loader;
import dev.shortwire.Node;
import dev.shortwire.OriginException;
import dev.shortwire.ShortwireException;
import dev.shortwire.Source;
import dev.shortwire.registry.MemoryHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Nodes with real threads and timers, in one process.
@Timeout(60)
final class NodeTest {
    private static final GroupOptions PATIENT = GroupOptions.DEFAULT.withTimeout(Duration.ofSeconds(20));

    private final MemoryHub hub = new MemoryHub(1);
    private final List<Node> nodes = new ArrayList<>();
    private final AtomicInteger loads = new AtomicInteger();

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
    }

    private Node node(String name) {
        Node node = Shortwire.node(name).registry(hub).wire("in-process").start();
        nodes.add(node);
        return node;
    }

    private List<Cache<String>> cluster(int size, GroupOptions options, Loader<String> loader) {
        List<Cache<String>> caches = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            caches.add(node("node-" + i).cache("g", Codecs.string(), options, loader));
        }
        awaitOneView(size);
        return caches;
    }

    private void awaitOneView(int size) {
        await().atMost(Duration.ofSeconds(20)).until(() -> nodes.stream().map(Node::view)
                .allMatch(view -> view.members().size() == size && view.members().stream()
                        .allMatch(m -> m.state().equals("self") || m.state().equals("linked"))));
    }

    private static @Nullable String got(Future<@Nullable String> answer) throws Exception {
        return answer.get(20, TimeUnit.SECONDS);
    }

    @Test
    void readsThroughAndHitsAfterwards() {
        Cache<String> cache = cluster(1, GroupOptions.DEFAULT, (key, context) -> key + loads.incrementAndGet())
                .getFirst();
        assertThat(cache.ask("Tom").source()).isEqualTo(Source.LOADER);
        assertThat(cache.ask("Tom").source()).isEqualTo(Source.OWN);
        assertThat(cache.get("Tom")).isEqualTo("Tom1");
        assertThat(cache.stats().gets()).isEqualTo(3);
        assertThat(cache.stats().hits()).isEqualTo(2);
        assertThat(cache.stats().localLoads()).isEqualTo(1);
    }

    @Test
    void loadsEachKeyOnceInTheWholeCluster() {
        Map<String, AtomicInteger> perKey = new ConcurrentHashMap<>();
        List<Cache<String>> caches = cluster(3, PATIENT, (key, context) -> {
            perKey.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
            return "v-" + key;
        });
        List<String> keys = IntStream.range(0, 300).mapToObj(i -> "key-" + i).toList();
        for (Cache<String> cache : caches) {
            assertThat(cache.getAll(keys)).hasSize(300).containsEntry("key-7", "v-key-7");
        }
        assertThat(perKey).hasSize(300).allSatisfy((key, count) -> assertThat(count).hasValue(1));
    }

    @Test
    void aThousandCallersOnThreeNodesCauseOneLoad() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<Cache<String>> caches = cluster(3, PATIENT, (key, context) -> {
            loads.incrementAndGet();
            release.await();
            return "value";
        });
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<@Nullable String>> answers = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                Cache<String> cache = caches.get(i % 3);
                answers.add(callers.submit(() -> cache.get("hot")));
            }
            await().until(() -> caches.stream().mapToLong(c -> c.stats().loads()).sum() == 1000);
            release.countDown();
            for (Future<@Nullable String> answer : answers) {
                assertThat(got(answer)).isEqualTo("value");
            }
        }
        assertThat(loads).hasValue(1);
    }

    @Test
    void readsItsOwnWritesThroughEveryNode() {
        List<Cache<String>> caches = cluster(3, GroupOptions.DEFAULT, (key, context) -> "loaded");
        for (int i = 0; i < 100; i++) {
            String key = "k" + i;
            caches.get(i % 3).put(key, "put" + i);
            assertThat(caches.get((i + 1) % 3).get(key)).isEqualTo("put" + i);
            caches.get((i + 2) % 3).remove(key);
            assertThat(caches.get(i % 3).get(key)).isEqualTo("loaded");
        }
    }

    @Test
    void theOriginsFailureReachesEveryNodeAndTheNextCallLoadsAgain() {
        List<Cache<String>> caches = cluster(2, GroupOptions.DEFAULT, (key, context) -> {
            if (loads.incrementAndGet() == 1) {
                throw new IllegalStateException("no database");
            }
            return "fine";
        });
        Cache<String> asked = caches.getFirst();
        assertThatThrownBy(() -> asked.get("a")).isInstanceOf(OriginException.class)
                .hasMessageContaining("no database");
        assertThat(asked.get("a")).isEqualTo("fine");
    }

    @Test
    void aLoaderThatAsksForItsOwnKeyIsToldAtOnce() {
        AtomicReference<@Nullable Cache<String>> self = new AtomicReference<>();
        Cache<String> cache = cluster(1, PATIENT.withMaxConcurrentLoads(1),
                (key, context) -> "got "
                        + java.util.Objects.requireNonNull(self.get()).get(key.equals("a") ? "b" : "a"))
                .getFirst();
        self.set(cache);
        assertThatThrownBy(() -> cache.get("a")).isInstanceOf(LoadCycleException.class)
                .hasMessageContaining("g/a → g/b");
    }

    @Test
    void aLoaderMayReadOtherKeysEvenWithOneLoadAtATime() {
        AtomicReference<@Nullable Cache<String>> self = new AtomicReference<>();
        Cache<String> cache = cluster(2, PATIENT.withMaxConcurrentLoads(1),
                (key, context) -> key.length() > 4
                        ? key
                        : key + java.util.Objects.requireNonNull(self.get()).get(key + key))
                .getFirst();
        self.set(cache);
        assertThat(cache.get("x")).isEqualTo("x".repeat(15));
    }

    @Test
    void absenceIsRememberedUntilAPut() {
        Cache<String> cache = cluster(1, PATIENT, (key, context) -> {
            loads.incrementAndGet();
            return null;
        }).getFirst();
        assertThat(cache.get("kkk")).isNull();
        assertThat(cache.get("kkk")).isNull();
        assertThat(loads).hasValue(1);
        cache.put("kkk", "now");
        assertThat(cache.get("kkk")).isEqualTo("now");
    }

    @Test
    void survivorsAnswerWhileTheOwnerIsGone() {
        List<Cache<String>> caches = cluster(3, PATIENT, (key, context) -> key);
        nodes.removeLast().close();
        for (int i = 0; i < 300; i++) {
            assertThat(caches.get(i % 2).get("k" + i)).isEqualTo("k" + i);
        }
        awaitOneView(2);
    }

    @Test
    void anOwnerThatHasNotOpenedTheGroupIsStoodInFor() {
        node("late");
        Node early = node("early");
        Cache<String> cache = early.cache("g", Codecs.string(), PATIENT, (key, context) -> key);
        awaitOneView(2);
        for (int i = 0; i < 100; i++) {
            assertThat(cache.get("k" + i)).isEqualTo("k" + i);
        }
        assertThat(cache.stats().degraded()).isBetween(1L, 99L);
    }

    @Test
    void aValueThatTheGroupCannotHoldIsRefusedInsteadOfLost() {
        Cache<String> cache = cluster(1, PATIENT.withCapacityBytes(1000), (key, context) -> key).getFirst();
        cache.put("fits", "x".repeat(450));
        assertThat(cache.get("fits")).hasSize(450);
        assertThatThrownBy(() -> cache.put("large", "x".repeat(1000))).isInstanceOfSatisfying(ShortwireException.class,
                e -> assertThat(e.kind()).isEqualTo(FailureKind.TOO_LARGE)).hasMessageContaining("capacity-bytes=1000");
    }

    @Test
    void asyncReadsCompleteAndCancelAlone() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Cache<String> cache = cluster(2, PATIENT, (key, context) -> {
            release.await();
            return key;
        }).getFirst();
        CompletableFuture<@Nullable String> leader = cache.getAsync("a");
        CompletableFuture<@Nullable String> waiter = cache.getAsync("a");
        leader.cancel(true);
        release.countDown();
        assertThat(got(waiter)).isEqualTo("a");
        assertThat(leader).isCancelled();
    }

    @Test
    void aCallEndsAtItsDeadline() {
        CountDownLatch release = new CountDownLatch(1);
        List<Cache<String>> caches = cluster(2, PATIENT, (key, context) -> {
            release.await();
            return key;
        });
        for (Cache<String> cache : caches) {
            assertThatThrownBy(() -> cache.get("slow", Duration.ofMillis(50))).isInstanceOfSatisfying(
                    ShortwireException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DEADLINE));
        }
        release.countDown();
    }

    @Test
    void observersRouteAndOwnNothing() {
        cluster(2, PATIENT, (key, context) -> key);
        Node observer = Shortwire.node("watcher").registry(hub).wire("in-process").observer().start();
        nodes.add(observer);
        Cache<Bytes> cache = observer.cache("g", Codecs.bytes(), PATIENT, null);
        await().until(() -> observer.view().members().stream().allMatch(m -> m.state().equals("linked")));
        Answer<Bytes> answer = cache.ask("x");
        assertThat(answer.value()).isEqualTo(Bytes.utf8("x"));
        assertThat(answer.owner()).startsWith("node-");
        assertThat(observer.isMember()).isFalse();
        assertThat(observer.view().members()).hasSize(2);
        assertThat(observer.adoptedEpochs(Duration.ofSeconds(5))).containsOnlyKeys("node-1", "node-2");
        assertThat(observer.statsByNode(Duration.ofSeconds(5))).containsKeys("node-1", "node-2");
    }

    @Test
    void closingTellsThoseWhoWait() {
        Cache<String> cache = cluster(1, PATIENT, (key, context) -> {
            new CountDownLatch(1).await();
            return key;
        }).getFirst();
        CompletableFuture<@Nullable String> waiting = cache.getAsync("never");
        await().until(() -> cache.stats().loads() == 1);
        nodes.removeFirst().close();
        await().until(waiting::isDone);
        assertThat(waiting).isCompletedExceptionally();
    }
}
