package dev.shortwire.geecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import dev.shortwire.ring.GeecachePlacement;
import dev.shortwire.ring.Ring;
import dev.shortwire.ring.RingMember;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpPoolTest {
    @Test
    void picksTheOwnerThatGeecachePicksAndNobodyForItself() {
        String[] urls = {"http://localhost:8001", "http://localhost:8002", "http://localhost:8003"};
        Ring ring = new GeecachePlacement().ring(Stream.of(urls).map(RingMember::new).toList());
        try (HttpPool pool = new HttpPool(urls[0])) {
            pool.set(urls);
            for (int i = 0; i < 1000; i++) {
                String owner = ring.owner(new GeecachePlacement().hash("", "key-" + i));
                Optional<String> picked = pool.pickPeer("key-" + i).map(PeerGetter::toString);

                assertThat(picked).isEqualTo(Optional.of(owner).filter(url -> !url.equals(urls[0])));
            }
        }
    }

    @Test
    void picksNobodyBeforeThereIsAListAndAfterItIsEmptied() {
        try (HttpPool pool = new HttpPool("http://localhost:8001")) {
            assertThat(pool.pickPeer("Tom")).isEmpty();
            pool.set("http://localhost:8002");
            assertThat(pool.pickPeer("Tom").map(Object::toString)).contains("http://localhost:8002");
            pool.set();
            assertThat(pool.pickPeer("Tom")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost:8001", "https://localhost:8001", "http://", "http://localhost:8001/",
        "http://localhost:8001/path/", "http://localhost:8001?a=b", "http://localhost:8001/a?b",
        "http://localhost:99999", "http://localhost:0", "http://user@localhost:1",
        "http://a b:1", "http://::1:8001", "http://localhost:"})
    void refusesWhatIsNoBaseUrl(String url) {
        assertThatThrownBy(() -> new HttpPool(url)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("must be a base URL");
        try (HttpPool pool = new HttpPool("http://localhost:8001")) {
            pool.set("http://localhost:8002");
            assertThatThrownBy(() -> pool.set("http://localhost:8001", url)).isInstanceOf(ConfigurationException.class);
            assertThat(pool.pickPeer("Tom").map(Object::toString)).contains("http://localhost:8002");
        }
    }

    @Test
    void takesAddressesInAllTheirForms() {
        try (HttpPool pool = new HttpPool("http://[::1]:8001")) {
            assertThat(pool.self()).isEqualTo("http://[::1]:8001");
            assertThatCode(() -> pool.set("http://10.0.0.2:8008", "http://cache-1.example", "http://[::1]",
                    "http://cache-2.example/cache"))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void refusesAPeerThatComesTwice() {
        try (HttpPool pool = new HttpPool("http://localhost:8001")) {
            assertThatThrownBy(() -> pool.set("http://localhost:8002", "http://localhost:8002"))
                    .isInstanceOf(ConfigurationException.class).hasMessageContaining("twice");
        }
    }

    @Test
    void refusesTwoGroupsOfOneName() {
        try (HttpPool pool = new HttpPool("http://localhost:8001")) {
            new Group("scores", 1, key -> null).registerPeers(pool);
            Group second = new Group("scores", 1, key -> null);

            assertThatThrownBy(() -> second.registerPeers(pool)).isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("name groups differently");
        }
    }

    @Test
    void nodesLoadEachKeyOnceAtItsOwner() {
        try (RunningPool a = new RunningPool(); RunningPool b = new RunningPool(); RunningPool c = new RunningPool()) {
            RunningPool.join(a, b, c);
            for (int i = 0; i < 300; i++) {
                String key = "key-" + i;
                assertThat(b.group.get(key)).isEqualTo(a.group.get(key)).isEqualTo(c.group.get(key));
            }
            List<String> loaded = Stream.of(a, b, c).flatMap(node -> node.loaded.stream()).toList();
            assertThat(loaded).hasSize(300).doesNotHaveDuplicates();
            assertThat(a.loaded).isNotEmpty();
            assertThat(a.group.stats().serverRequests()).isEqualTo(2L * a.loaded.size());
        }
    }

    @Test
    void concurrentCallersAtAllNodesLoadAKeyOnce() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Getter slow = key -> {
            open.await();
            return "630".getBytes(UTF_8);
        };
        HttpPoolOptions options = HttpPoolOptions.DEFAULT.withTimeout(RunningPool.LONG);
        try (RunningPool a = new RunningPool("scores", slow, options);
                RunningPool b = new RunningPool("scores", slow, options);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            RunningPool.join(a, b);
            List<Future<ByteView>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                answers.add(callers.submit(() -> a.group.get("Tom")));
                answers.add(callers.submit(() -> b.group.get("Tom")));
            }
            open.countDown();
            for (Future<ByteView> answer : answers) {
                assertThat(answer.get()).hasToString("630");
            }
            assertThat(a.loaded.size() + b.loaded.size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b", "+", "a+b", "a/b", "/", "//", "..", "%", "%2B", "a%20b", "?", "#", "&=",
        "汤姆", "😀", "\u0000", "\n", "a\\b"})
    void anyKeySurvivesBetweenTwoNodes(String beginning) {
        try (RunningPool a = new RunningPool("a group", key -> ("<" + key + ">").getBytes(UTF_8),
                HttpPoolOptions.DEFAULT.withTimeout(RunningPool.LONG));
                RunningPool b = new RunningPool("a group", key -> ("<" + key + ">").getBytes(UTF_8),
                        HttpPoolOptions.DEFAULT.withTimeout(RunningPool.LONG))) {
            RunningPool.join(a, b);
            String key = a.keyOfPeer(beginning);

            assertThat(a.group.get(key)).hasToString("<" + key + ">");
            assertThat(b.loaded).containsExactly(key);
            assertThat(a.loaded).isEmpty();
        }
    }

    @Test
    void keysAndValuesOfTheGreatestLengthSurvive() {
        byte[] value = new byte[16 << 20];
        value[value.length - 1] = 7;
        HttpPoolOptions options = HttpPoolOptions.DEFAULT.withTimeout(RunningPool.LONG);
        try (RunningPool a = new RunningPool("scores", key -> value, options);
                RunningPool b = new RunningPool("scores", key -> value, options)) {
            RunningPool.join(a, b);
            String key = a.keyOfPeer("汤".repeat(21_840));

            assertThat(a.group.get(key).byteSlice()).isEqualTo(value);
            assertThat(b.loaded).hasSize(1);
        }
    }

    @Test
    void loadsHereWhenTheOwnerIsGone() {
        try (RunningPool a = new RunningPool(); RunningPool b = new RunningPool()) {
            RunningPool.join(a, b);
            String key = a.keyOfPeer("key-");
            String before = a.group.get(key).toString();
            b.stop();

            assertThat(a.group.get(key)).isNotEqualTo(before).hasToString(key + "@" + a.url.substring(17));
            assertThat(a.group.get(key)).hasToString(key + "@" + a.url.substring(17));
            assertThat(a.loaded).containsExactly(key);
            assertThat(a.group.stats().peerErrors()).isEqualTo(1);
        }
    }

    @Test
    void loadsHereWhenTheOwnerHangs() throws Exception {
        try (ServerSocket hangs = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
                RunningPool a = new RunningPool("scores", null,
                        HttpPoolOptions.DEFAULT.withTimeout(Duration.ofMillis(100)))) {
            a.pool.set("http://127.0.0.1:" + hangs.getLocalPort());

            assertThat(a.group.get("Tom").toString()).startsWith("Tom@");
            assertThat(a.group.stats().degraded()).isEqualTo(1);
        }
    }

    @Test
    void believesAPeersWordThatAKeyDoesNotExist() {
        HttpPoolOptions options = HttpPoolOptions.DEFAULT.withTimeout(RunningPool.LONG);
        try (RunningPool a = new RunningPool("scores", key -> null, options);
                RunningPool b = new RunningPool("scores", key -> null, options)) {
            RunningPool.join(a, b);
            String key = a.keyOfPeer("kkk");

            assertThatThrownBy(() -> a.group.get(key)).isInstanceOf(KeyNotFoundException.class)
                    .hasMessage(key + " not exist");
            assertThat(a.loaded).isEmpty();
            assertThat(b.loaded).containsExactly(key);
        }
    }

    @Test
    void loadsHereWhenTheOwnerHasNoSuchGroupOrItsLoaderFails() {
        Getter fails = key -> {
            throw new IOException("no database here");
        };
        HttpPoolOptions options = HttpPoolOptions.DEFAULT.withTimeout(RunningPool.LONG);
        try (RunningPool a = new RunningPool();
                RunningPool other = new RunningPool("other", null, options);
                RunningPool broken = new RunningPool("scores", fails, options)) {
            a.pool.set(other.url);
            assertThat(a.group.get("Tom").toString()).startsWith("Tom@");
            a.pool.set(broken.url);
            assertThat(a.group.get("Jack").toString()).startsWith("Jack@");
            assertThat(broken.loaded).containsExactly("Jack");
            assertThat(a.group.stats().peerErrors()).isEqualTo(2);
        }
    }

    @Test
    void nodesThatTakeEachOtherForTheOwnerStillAnswer() {
        try (RunningPool a = new RunningPool(); RunningPool b = new RunningPool()) {
            a.pool.set(b.url);
            b.pool.set(a.url);

            assertThat(a.group.get("Tom").toString()).startsWith("Tom@");
            assertThat(b.group.get("Tom").toString()).startsWith("Tom@");
            assertThat(a.group.stats().peerErrors() + b.group.stats().peerErrors()).isZero();
            assertThat(a.group.stats().peerLoads()).isEqualTo(1);
        }
    }

    @Test
    void loadsHereOnceItIsClosed() {
        try (RunningPool a = new RunningPool(); RunningPool b = new RunningPool()) {
            RunningPool.join(a, b);
            String key = a.keyOfPeer("key-");
            PeerGetter peer = a.pool.pickPeer(key).orElseThrow();
            a.pool.close();
            a.pool.close();

            assertThat(a.group.get(key).toString()).startsWith(key + "@");
            assertThat(a.loaded).containsExactly(key);
            assertThatThrownBy(() -> peer.get("scores", key)).hasMessageContaining("closed");
            assertThatThrownBy(a.pool::listen).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void listensAtItsOwnAddress() throws Exception {
        int port;
        try (RunningPool free = new RunningPool()) {
            port = Integer.parseInt(free.url.substring(17));
        }
        String url = "http://localhost:" + port;
        try (HttpPool pool = new HttpPool(url); RunningPool a = new RunningPool()) {
            new Group("scores", 100, key -> "630".getBytes(UTF_8)).registerPeers(pool);
            pool.listen();
            a.pool.set(url);

            assertThat(a.group.get("Tom")).hasToString("630");
            assertThatThrownBy(pool::listen).isInstanceOf(IllegalStateException.class);
            try (HttpPool second = new HttpPool(url)) {
                assertThatThrownBy(second::listen).isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining(String.valueOf(port));
            }
        }
    }

    @Test
    void refusesToListenBeyondLoopbackUnlessTold() {
        try (HttpPool pool = new HttpPool("http://0.0.0.0:8001")) {
            assertThatThrownBy(pool::listen).isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("loopback");
        }
    }
}
