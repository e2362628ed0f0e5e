package dev.shortwire.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.it.Api.Member;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// The demo as a stranger sees it: three node processes in front of a real database.
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DemoTest {
    private static final int KEYS = 10_000;

    private final int port = Program.freePort();
    private final Api api = new Api("http://localhost:" + port);
    private Program demo = Program.start("demo", "--port", Integer.toString(port), "--load-delay", "2ms", "--quiet");

    @BeforeAll
    void awaitReady() {
        demo.awaitLine("ready in ");
        api.awaitReady();
    }

    @AfterAll
    void stop() {
        demo.close();
    }

    @Test
    void answersAsTheSourceTextsDo() {
        assertThat(api.get("/api?key=Tom").body()).isEqualTo("630");
        assertThat(api.get("/api?key=Jack").body()).isEqualTo("589");
        HttpResponse<String> sam = api.get("/api?key=Sam&group=scores");
        assertThat(sam.body()).isEqualTo("567");
        assertThat(sam.headers().firstValue("Content-Type")).contains("application/octet-stream");
        HttpResponse<String> unknown = api.get("/api?key=kkk");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body().strip()).isEqualTo("kkk not exist");
        assertThat(api.get("/api?group=unicode&key=U%2B1F600").body()).contains("GRINNING FACE");
    }

    @Test
    void membersAreTheProcessesThatRun() {
        List<Member> members = api.members();
        assertThat(members).extracting(Member::name).containsExactly("node-1", "node-2", "node-3");
        for (Member member : members) {
            assertThat(member.process().isAlive()).isTrue();
            assertThat(member.api().get("/livez").statusCode()).isEqualTo(200);
            assertThat(member.api().members()).extracting(Member::pid)
                    .isEqualTo(members.stream().map(Member::pid).toList());
        }
    }

    @Test
    void loadsEachOfTenThousandKeysOnce() throws Exception {
        List<String> keys = IntStream.iterate(0x4E00, c -> c + 1).filter(Character::isDefined).limit(KEYS)
                .mapToObj(c -> String.format(Locale.ROOT, "U+%04X", c)).toList();
        long before = api.loads();
        for (Member member : api.members()) {
            readAll(member.api(), keys);
        }
        assertThat(api.loads() - before).isEqualTo(KEYS);
        JsonNode stats = api.json("/api/v1/stats");
        assertThat(stats.toString()).contains("unicode").contains("scores");
    }

    private static void readAll(Api api, List<String> keys) throws Exception {
        try (ExecutorService readers = Executors.newFixedThreadPool(32)) {
            List<Callable<Integer>> reads = new ArrayList<>();
            keys.forEach(key -> reads.add(() -> api.read("unicode", key).statusCode()));
            for (Future<Integer> status : readers.invokeAll(reads, 120, TimeUnit.SECONDS)) {
                assertThat(status.get()).isEqualTo(200);
            }
        }
    }

    @Test
    void aThousandCallersOfOneKeyCauseOneLoad() throws Exception {
        long before = api.loads();
        List<Member> members = api.members();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Api asked = members.get(i % 3).api();
                answers.add(callers.submit(() -> asked.read("unicode", "U+1F680").body()));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).contains("ROCKET");
            }
        }
        assertThat(api.loads() - before).isEqualTo(1);
    }

    @Test
    void theCommandLineTalksToTheCluster() throws Exception {
        assertThat(run(0, "get", "Tom")).isEqualTo("630");
        assertThat(run(0, "put", "新键", "值", "--group", "scores")).isNotNull();
        assertThat(run(0, "get", "新键", "--group", "scores")).isEqualTo("值");
        assertThat(run(0, "remove", "新键", "--group", "scores")).isNotNull();
        assertThat(run(3, "get", "新键", "--group", "scores")).contains("新键").doesNotContain("\tat ");
        assertThat(run(0, "members")).contains("node-1").contains("node-2").contains("node-3");
        assertThat(run(0, "ring", "Tom")).contains("node-");
        assertThat(run(0, "stats")).contains("scores");
    }

    private String run(int exit, String... arguments) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--api", "http://localhost:" + port));
        try (Program program = Program.start(Map.of("LC_ALL", "C", "LANG", "C"), all.toArray(new String[0]))) {
            String output = program.output();
            assertThat(program.awaitExit()).as(output).isEqualTo(exit);
            return output.strip();
        }
    }

    @Test
    void everyNodeShowsTheSamePageAndValues() {
        for (Member member : api.members()) {
            assertThat(member.api().get("/").body()).contains("<html").contains("Shortwire");
            assertThat(member.api().get("/api?key=Tom").body()).isEqualTo("630");
        }
    }

    @Test
    void aValueThatIsPutIsSeenThroughEveryNode() {
        String path = "/api/v1/groups/scores/keys/a%2Fb%20c";
        assertThat(api.put(path, "seven").statusCode()).isBetween(200, 204);
        for (Member member : api.members()) {
            HttpResponse<String> answer = member.api().get(path);
            assertThat(answer.body()).isEqualTo("seven");
            assertThat(answer.headers().firstValue("Shortwire-Owner")).isPresent();
        }
        assertThat(api.delete(path).statusCode()).isBetween(200, 204);
        await().atMost(Duration.ofSeconds(10)).until(() -> api.get(path).statusCode() == 404);
    }

    @Test
    void aSecondDemoOnTheSamePortSaysWhatToDo() throws Exception {
        try (Program second = Program.start("demo", "--port", Integer.toString(port))) {
            assertThat(second.output()).contains(Integer.toString(port)).contains("--port").doesNotContain("\tat ");
            assertThat(second.awaitExit()).isNotZero();
        }
        assertThat(api.get("/api?key=Tom").body()).isEqualTo("630");
    }
}
