package dev.shortwire.examples.geecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// The program as a user sees it: three real processes, asked through the API.
final class GeecacheProgramTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Map<String, String> SCORES = Map.of("Tom", "630", "Jack", "589", "Sam", "567");

    @Test
    void answersAsTheTextsProgramDoesAndSurvivesItsPeers() throws Exception {
        try (ThreeProcesses pool = ThreeProcesses.start(0)) {
            everyKeyIsAnsweredAndLoadedOnceAtItsOwner(pool);
            whatIsWrongIsRefused(pool);
            whatADeadPeerOwnedIsLoadedByWhoeverAsks(pool);
            pool.program(2).terminate();
        }
    }

    private static void everyKeyIsAnsweredAndLoadedOnceAtItsOwner(ThreeProcesses pool) throws Exception {
        for (int round = 0; round < 3; round++) {
            for (String key : ThreeProcesses.KEYS) {
                HttpResponse<String> answer = pool.get(key);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(SCORES.get(key));
                assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
            }
        }
        for (String key : ThreeProcesses.KEYS) {
            Program owner = pool.program(pool.ownerOf(key));
            await().atMost(LONG).until(() -> owner.hasPrinted("[SlowDB] search key " + key));
            assertThat(pool.queries(key)).isEqualTo(1);
            String pick = "Pick peer http://localhost:" + pool.port(pool.ownerOf(key));
            await().atMost(LONG).until(() -> pool.program(2).hasPrinted(pick) == (pool.ownerOf(key) != 2));
        }
    }

    private static void whatIsWrongIsRefused(ThreeProcesses pool) throws Exception {
        assertThat(pool.get("kkk").statusCode()).isEqualTo(404);
        assertThat(pool.get("kkk").body()).isEqualTo("kkk not exist");
        assertThat(pool.get("").statusCode()).isEqualTo(400);
        assertThat(pool.api("GET", "/api").statusCode()).isEqualTo(400);
        assertThat(pool.api("GET", "/api?key=%ff").statusCode()).isEqualTo(400);
        assertThat(pool.get("x".repeat(65_537)).statusCode()).isEqualTo(400);
        assertThat(pool.api("GET", "/api/v1?key=Tom").statusCode()).isEqualTo(404);
        assertThat(pool.api("GET", "/").statusCode()).isEqualTo(404);
        assertThat(pool.api("POST", "/api?key=Tom").statusCode()).isEqualTo(405);
        HttpResponse<String> chinese = pool.get("%E6%B1%A4+%E5%A7%86%2B%2F");
        assertThat(chinese.statusCode()).isEqualTo(404);
        assertThat(chinese.body()).isEqualTo("汤 姆+/ not exist");
        assertThat(pool.get("Tom").body()).isEqualTo("630");
    }

    private static void whatADeadPeerOwnedIsLoadedByWhoeverAsks(ThreeProcesses pool) throws Exception {
        pool.program(0).kill();
        pool.program(1).kill();
        for (int round = 0; round < 2; round++) {
            for (String key : ThreeProcesses.KEYS) {
                assertThat(pool.get(key).body()).isEqualTo(SCORES.get(key));
            }
        }
        for (String key : ThreeProcesses.KEYS) {
            long expected = pool.ownerOf(key) == 2 ? 1 : 2;
            await().atMost(LONG).until(() -> pool.queries(key) == expected);
        }
        await().atMost(LONG).until(() -> pool.program(2).hasPrinted("Failed to get from peer"));
    }

    @Test
    void concurrentRequestsForAKeyLoadItOnce() throws Exception {
        try (ThreeProcesses pool = ThreeProcesses.start(200);
                ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 90; i++) {
                String key = ThreeProcesses.KEYS.get(i % 3);
                answers.add(users.submit(() -> pool.get(key)));
            }
            for (int i = 0; i < 90; i++) {
                assertThat(answers.get(i).get().body()).isEqualTo(SCORES.get(ThreeProcesses.KEYS.get(i % 3)));
            }
            for (String key : ThreeProcesses.KEYS) {
                await().atMost(LONG).until(() -> pool.queries(key) > 0);
                assertThat(pool.queries(key)).isEqualTo(1);
            }
        }
    }

    @Test
    void saysWhatIsWrongInOneLine() throws Exception {
        try (Program wrongFlag = new Program("-port", "many")) {
            assertThat(wrongFlag.await()).isEqualTo(2);
            assertThat(wrongFlag.lines())
                    .containsExactly("geecache: -port many must be a number from 1 to 65535; set -port");
        }
        try (ThreeProcesses pool = ThreeProcesses.start(0);
                Program second = new Program("-port", String.valueOf(pool.port(0)), "-peers",
                        String.valueOf(pool.port(0)))) {
            assertThat(second.await()).isEqualTo(1);
            assertThat(second.hasPrinted("geecache: can't listen on")).isTrue();
        }
    }
}
