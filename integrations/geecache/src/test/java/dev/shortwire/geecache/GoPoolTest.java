package dev.shortwire.geecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.OriginException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Pools of two processes written in Go and two nodes of ours: groupcache as Debian has it, and geecache as the texts do.
/// Skipped where Go is not installed.
final class GoPoolTest {
    private static final int KEYS = 2000;
    private static final List<String> ODD = List.of("a+b", "a/b", "/", "100%", "%2F", "%", "a?b#c&d=e;f", "汤姆", "😀",
            "é", "a\"b\\c", "..", ".", "~-_.", "*'()!", "<&>", "\u0001\t\n", "\u2028");
    private static final Map<PeerProtocol, Path> PROGRAMS = new ConcurrentHashMap<>();

    @TempDir
    static Path folder;

    /// The database of the whole pool, as the Go program has it too.
    private static byte[] load(String key) {
        if (key.startsWith("missing")) {
            throw new OriginException("no row for " + key);
        }
        if (key.startsWith("long")) {
            byte[] value = new byte[300 << 10];
            Arrays.fill(value, (byte) 'x');
            return value;
        }
        return key.startsWith("empty") ? new byte[0] : ("value of " + key).getBytes(UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void loadsEachKeyOnceInTheWholePool(PeerProtocol protocol) throws Exception {
        long seed = System.nanoTime();
        try (Pool pool = new Pool(protocol); ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> keys = new ArrayList<>(List.of("long-value", "empty-value"));
            ODD.stream().filter(key -> !isCleaned(protocol, key)).forEach(keys::add);
            while (keys.size() < KEYS) {
                keys.add("key/" + keys.size());
            }
            Map<String, String> wrong = new ConcurrentHashMap<>();
            List<Future<?>> asked = new ArrayList<>();
            for (int member = 0; member < 4; member++) {
                List<List<String>> shares = shares(keys, new Random(seed + member));
                for (List<String> share : shares) {
                    Function<String, byte[]> get = pool.get(member);
                    asked.add(callers.submit(() -> share.forEach(key -> {
                        if (!Arrays.equals(get.apply(key), load(key))) {
                            wrong.put(key, new String(get.apply(key), UTF_8));
                        }
                    })));
                }
            }
            for (Future<?> caller : asked) {
                caller.get();
            }
            assertThat(wrong).isEmpty();
            List<String> notOnce = pool.loads();
            keys.forEach(key -> assertThat(notOnce.remove(key)).as("seed %d: %s is loaded", seed, key).isTrue());
            assertThat(notOnce).as("seed %d: loaded again", seed).isEmpty();
            assertThat(pool.java1.group.stats().peerErrors() + pool.java2.group.stats().peerErrors()).isZero();
            assertThat(pool.go1.loads()).hasSizeGreaterThan(KEYS / 20);
            assertThat(pool.java1.loaded).hasSizeGreaterThan(KEYS / 20);
        }
    }

    /// The keys in eight shuffled parts.
    private static List<List<String>> shares(List<String> keys, Random random) {
        List<String> shuffled = new ArrayList<>(keys);
        Collections.shuffle(shuffled, random);
        int size = shuffled.size() / 8 + 1;
        List<List<String>> shares = new ArrayList<>();
        for (int from = 0; from < shuffled.size(); from += size) {
            shares.add(shuffled.subList(from, Math.min(shuffled.size(), from + size)));
        }
        return shares;
    }

    /// Whether Go's default mux takes the key for a path to be cleaned, and answers by a redirect that no peer follows.
    private static boolean isCleaned(PeerProtocol protocol, String key) {
        return protocol == PeerProtocol.GROUPCACHE && ("/" + key + "/").matches(".*/(\\.{0,2})/.*");
    }

    @ParameterizedTest
    @EnumSource(names = "GROUPCACHE")
    void aKeyThatGosMuxRedirectsIsLoadedByWhoeverWantsIt(PeerProtocol protocol) throws Exception {
        try (Pool pool = new Pool(protocol)) {
            for (String key : List.of("/", "..", "a//b", "a/./b", "a/../b")) {
                for (int member = 0; member < 4; member++) {
                    assertThat(pool.get(member).apply(key)).as(key).isEqualTo(load(key));
                }
                assertThat(pool.loads()).as("at least one, at most one each").contains(key)
                        .filteredOn(key::equals).hasSizeLessThanOrEqualTo(4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyWithASpaceIsRightWhereverWeTakePart(PeerProtocol protocol) throws Exception {
        try (Pool pool = new Pool(protocol)) {
            List<String> ours = pool.keysOf(pool.java1, "a ");
            for (String key : ours) {
                for (int member = 0; member < 4; member++) {
                    assertThat(pool.get(member).apply(key)).as(key).isEqualTo(load(key));
                }
            }
            assertThat(pool.java1.loaded).containsExactlyInAnyOrderElementsOf(ours);

            List<String> gos = pool.keysOfGo(pool.go1, "a ");
            for (String key : gos) {
                String seenByGo = key.replace(' ', '+');
                assertThat(pool.get(0).apply(key)).as("the owner").isEqualTo(load(key));
                assertThat(pool.get(1).apply(key)).as("Go asks Go for another key").isEqualTo(load(seenByGo));
                assertThat(pool.get(2).apply(key)).as("we ask Go")
                        .isEqualTo(load(protocol == PeerProtocol.GROUPCACHE ? key : seenByGo));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatNobodyHasIsToldAsSuchByEveryMember(PeerProtocol protocol) throws Exception {
        try (Pool pool = new Pool(protocol)) {
            for (int i = 0; i < 20; i++) {
                String key = "missing-" + i;
                for (GoMember go : List.of(pool.go1, pool.go2)) {
                    HttpResponse<byte[]> answer = go.get(key);
                    assertThat(answer.statusCode()).isEqualTo(500);
                    assertThat(new String(answer.body(), UTF_8)).isEqualTo("no row for " + key + "\n");
                }
                for (RunningPool node : List.of(pool.java1, pool.java2)) {
                    assertThatThrownBy(() -> node.group.get(key)).isInstanceOf(OriginException.class)
                            .hasMessage("no row for " + key);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theKeysOfAKilledMemberAreLoadedByThoseWhoWantThem(PeerProtocol protocol) throws Exception {
        try (Pool pool = new Pool(protocol)) {
            List<String> lost = pool.keysOfGo(pool.go2, "k");
            lost.forEach(key -> assertThat(pool.get(2).apply(key)).isEqualTo(load(key)));
            assertThat(pool.java1.loaded).isEmpty();
            pool.go2.kill();

            for (int member : new int[] {0, 2, 3}) {
                lost.forEach(key -> assertThat(pool.get(member).apply(key)).as(key).isEqualTo(load(key)));
            }
            assertThat(pool.java1.loaded).containsExactlyInAnyOrderElementsOf(lost);
            assertThat(pool.java2.loaded).containsExactlyInAnyOrderElementsOf(lost);
            assertThat(pool.java1.group.stats().degraded()).isEqualTo(lost.size());
        }
    }

    /// Members 0 and 1 are written in Go, 2 and 3 are ours.
    private static final class Pool implements AutoCloseable {
        final GoMember go1;
        final GoMember go2;
        final RunningPool java1;
        final RunningPool java2;

        Pool(PeerProtocol protocol) throws Exception {
            Path program = PROGRAMS.get(protocol);
            if (program == null) {
                program = GoMember.build(protocol, folder);
                PROGRAMS.put(protocol, program);
            }
            HttpPoolOptions options = HttpPoolOptions.of(protocol).withTimeout(RunningPool.LONG);
            go1 = GoMember.start(program);
            go2 = GoMember.start(program);
            java1 = new RunningPool("scores", GoPoolTest::load, options);
            java2 = new RunningPool("scores", GoPoolTest::load, options);
            String[] urls = {go1.url, java1.url, go2.url, java2.url};
            go1.join(urls);
            go2.join(urls);
            java1.pool.set(urls);
            java2.pool.set(urls);
        }

        /// How a user of a member gets a value.
        Function<String, byte[]> get(int member) {
            RunningPool ours = member == 2 ? java1 : java2;
            GoMember go = member == 0 ? go1 : go2;
            return member >= 2 ? key -> ours.group.get(key).byteSlice() : key -> valueAt(go, key);
        }

        private static byte[] valueAt(GoMember go, String key) {
            try {
                HttpResponse<byte[]> answer = go.get(key);
                assertThat(answer.statusCode()).as(key).isEqualTo(200);
                return answer.body();
            } catch (Exception e) {
                throw new IllegalStateException(key, e);
            }
        }

        List<String> loads() throws Exception {
            List<String> all = new ArrayList<>(go1.loads());
            all.addAll(go2.loads());
            all.addAll(java1.loaded);
            all.addAll(java2.loaded);
            return all;
        }

        /// Some keys that one of our nodes owns.
        List<String> keysOf(RunningPool owner, String prefix) {
            return some(prefix, key -> owner.pool.pickPeer(key).isEmpty());
        }

        List<String> keysOfGo(GoMember owner, String prefix) {
            return some(prefix, key -> java1.pool.pickPeer(key).map(Object::toString).equals(Optional.of(owner.url)));
        }

        private static List<String> some(String prefix, Predicate<String> wanted) {
            return IntStream.range(0, 100_000).mapToObj(i -> prefix + i).filter(wanted).limit(25)
                    .toList();
        }

        @Override
        public void close() {
            go1.close();
            go2.close();
            java1.close();
            java2.close();
        }
    }
}
