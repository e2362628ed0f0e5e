package dev.shortwire.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Cache;
import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import dev.shortwire.InDoubtException;
import dev.shortwire.Node;
import dev.shortwire.ShortwireException;
import dev.shortwire.registry.MemoryHub;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a node does when it can't start, is closed, is asked for too much at once, or is given code that throws.
@Timeout(60)
final class NodeFailuresTest {
    private static final GroupOptions PATIENT = GroupOptions.DEFAULT.withTimeout(Duration.ofSeconds(20));

    private final MemoryHub hub = new MemoryHub(1);
    private final List<Node> nodes = new ArrayList<>();

    /// Listens nowhere, and knows whether it was closed.
    private static final class IdleWire implements Wire {
        private boolean closed;

        @Override
        public String name() {
            return "idle";
        }

        @Override
        public Listener listen(String address, FrameHandler handler) {
            throw new IllegalStateException("nobody listens here");
        }

        @Override
        public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
            throw new IllegalStateException("nobody connects here");
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void closesItsWiresWhenItsRegistryOrAnotherWireCannotBeMade() {
        IdleWire first = new IdleWire();
        assertThatThrownBy(() -> Shortwire.node("a").wire(first).registry("nosuch://x").start())
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("nosuch");
        assertThat(first.closed).isTrue();
        IdleWire second = new IdleWire();
        assertThatThrownBy(() -> Shortwire.node("a").wire(second).wire("nosuch").start())
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("nosuch");
        assertThat(second.closed).isTrue();
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
    }

    private Node node(String name) {
        Node node = Shortwire.node(name).registry(hub).wire("in-process").start();
        nodes.add(node);
        return node;
    }

    private void awaitOneView(int size) {
        await().atMost(Duration.ofSeconds(20)).until(() -> nodes.stream().map(Node::view)
                .allMatch(view -> view.members().size() == size && view.members().stream()
                        .allMatch(m -> m.state().equals("self") || m.state().equals("linked"))));
    }

    private static List<String> keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> "key-" + i).toList();
    }

    private static FailureKind kindOf(ThrowingCallable call) {
        try {
            call.call();
        } catch (Throwable e) {
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            assertThat(cause).isInstanceOf(ShortwireException.class);
            return ((ShortwireException) cause).kind();
        }
        throw new AssertionError("it did not fail");
    }

    @Test
    void aNodeThatCantJoinSaysWhy() {
        node("a");
        assertThatThrownBy(() -> Shortwire.node("a").registry(hub).wire("in-process").start())
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("another living process");
    }

    @Test
    void readsMoreKeysAtOnceThanTheQueueOfLoadsTakes() {
        GroupOptions narrow = PATIENT.withMaxConcurrentLoads(1).withMaxQueuedLoads(1000);
        Cache<String> cache = node("a").cache("g", Codecs.string(), narrow, (key, context) -> key);
        node("b").cache("g", Codecs.string(), narrow, (key, context) -> key);
        awaitOneView(2);
        assertThat(cache.getAll(keys(20_000))).hasSize(20_000).containsEntry("key-19999", "key-19999");
    }

    @Test
    void aClosedNodeSaysSoHoweverItIsAsked() {
        Node node = node("a");
        Cache<String> cache = node.cache("g", Codecs.string(), PATIENT, (key, context) -> key);
        node.close();
        assertThat(kindOf(() -> cache.get("k"))).isEqualTo(FailureKind.CLOSED);
        assertThat(kindOf(() -> cache.getAsync("k").join())).isEqualTo(FailureKind.CLOSED);
        assertThat(kindOf(() -> cache.getAll(keys(3)))).isEqualTo(FailureKind.CLOSED);
        assertThat(kindOf(() -> cache.put("k", "v"))).isEqualTo(FailureKind.CLOSED);
        assertThat(kindOf(() -> node.raw("g").askHere("k", Duration.ofSeconds(1)))).isEqualTo(FailureKind.CLOSED);
    }

    @Test
    void whoWaitsForALoadIsToldThatTheNodeIsClosed() {
        Cache<String> cache = node("a").cache("g", Codecs.string(), PATIENT, (key, context) -> {
            new CountDownLatch(1).await();
            return key;
        });
        CompletableFuture<@Nullable String> waiting = cache.getAsync("never");
        await().until(() -> cache.stats().loads() == 1);
        nodes.removeFirst().close();
        assertThat(kindOf(waiting::join)).isEqualTo(FailureKind.CLOSED);
    }

    @Test
    void aListenerThatThrowsHarmsNothing() {
        NodeListener throwing = new NodeListener() {
            @Override
            public void loading(String group, String key) {
                throw new IllegalStateException("loading");
            }

            @Override
            public void picked(String group, String key, String peer) {
                throw new IllegalStateException("picked");
            }

            @Override
            public void viewChanged(long epoch, List<String> members) {
                throw new IllegalStateException("viewChanged");
            }
        };
        Node node = Shortwire.node("a").registry(hub).wire("in-process").events(throwing).start();
        nodes.add(node);
        GroupOptions oneAtATime = PATIENT.withMaxConcurrentLoads(1);
        Cache<String> cache = node.cache("g", Codecs.string(), oneAtATime, (key, context) -> key);
        node("b").cache("g", Codecs.string(), oneAtATime, (key, context) -> key);
        awaitOneView(2);
        assertThat(cache.getAll(keys(50))).hasSize(50);
    }

    @Test
    void answersForANodeThatHasNotOpenedTheGroupYet() {
        Cache<String> cache = node("a").cache("g", Codecs.string(), PATIENT, (key, context) -> key);
        Cache<String> aside = nodes.getFirst().cache("aside", Codecs.string(), PATIENT, null);
        Node late = node("b");
        awaitOneView(2);
        assertThat(cache.getAll(keys(50))).hasSize(50);
        assertThat(cache.stats().degraded()).isPositive();

        CompletableFuture<Void> puts = CompletableFuture.runAsync(() -> keys(50).forEach(k -> aside.put(k, k)));
        late.cache("g", Codecs.string(), PATIENT, (key, context) -> key);
        late.cache("aside", Codecs.string(), PATIENT, null);
        puts.join();
        assertThat(aside.getAll(keys(50))).hasSize(50);
        long degraded = cache.stats().degraded();
        assertThat(cache.getAll(keys(50))).hasSize(50);
        assertThat(cache.stats().degraded()).isEqualTo(degraded);
    }

    @Test
    void aWriteWhoseCallerIsInterruptedIsInDoubt() {
        Node observer = Shortwire.node("watcher").registry(hub).wire("in-process").observer().start();
        nodes.add(observer);
        Cache<String> cache = observer.cache("g", Codecs.string(), PATIENT, null);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> cache.put("k", "v")).isInstanceOf(InDoubtException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aWriteThatWasNeverSentIsNotInDoubt() {
        Node observer = Shortwire.node("watcher").registry(hub).wire("in-process").observer().start();
        nodes.add(observer);
        GroupOptions hasty = GroupOptions.DEFAULT.withTimeout(Duration.ofNanos(1));
        Cache<String> cache = observer.cache("g", Codecs.string(), hasty, null);
        assertThat(kindOf(() -> cache.put("k", "v"))).isEqualTo(FailureKind.DEADLINE);
    }

    @Test
    void aTimeToLiveBelowAMicrosecondEndsAtEveryOwner() {
        Cache<String> cache = node("a").cache("g", Codecs.string(), PATIENT, null);
        node("b").cache("g", Codecs.string(), PATIENT, null);
        awaitOneView(2);
        keys(20).forEach(key -> cache.put(key, "v", Duration.ofNanos(500)));
        assertThat(cache.getAll(keys(20))).isEmpty();
    }

    @Test
    void aLoadOfTheLongestKeyMayAskForOthers() {
        List<Cache<String>> caches = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            caches.add(node(name).cache("g", Codecs.string(), PATIENT, (key, context) -> key.length() < 100
                    ? key
                    : String.join("", caches.getFirst().getAll(keys(10)).keySet())));
        }
        awaitOneView(2);
        assertThat(caches.getFirst().get("k".repeat(65_536))).startsWith("key-0key-1");
    }
}
