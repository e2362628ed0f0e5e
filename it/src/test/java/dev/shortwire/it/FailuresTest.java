package dev.shortwire.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.it.Api.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What happens to the demo when its processes are killed, paused, restarted and joined by others. Times are printed,
/// not asserted.
@Timeout(300)
final class FailuresTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int port = Program.freePort();
    private final Api api = new Api("http://localhost:" + port);

    private Program demo(String... more) {
        return demo(Map.of(), more);
    }

    private Program demo(Map<String, String> environment, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("demo", "--port", Integer.toString(port), "--load-delay", "2ms", "--quiet"));
        arguments.addAll(List.of(more));
        Program demo = Program.start(environment, arguments.toArray(new String[0]));
        demo.awaitLine("ready in ");
        api.awaitReady();
        return demo;
    }

    @Test
    void readsGoOnWhileEachNodeIsKilledAndComesBack() throws Exception {
        List<Program> restarted = new ArrayList<>();
        try (Program demo = demo()) {
            for (String victim : List.of("node-1", "node-2", "node-3")) {
                Member member = member(victim);
                try (Reads reads = new Reads(api)) {
                    reads.awaitSome();
                    long killed = System.nanoTime();
                    assertThat(member.process().destroyForcibly()).isTrue();
                    await().atMost(PATIENCE)
                            .until(() -> api.members().stream().noneMatch(m -> m.pid() == member.pid()));
                    System.out.printf(Locale.ROOT, "%s out of the view after %.2f s%n", victim,
                            (System.nanoTime() - killed) / 1e9);
                    reads.awaitSome();
                    System.out.println(reads.report(killed));
                    assertThat(reads.failures()).as("reads that were not answered with 200").isEmpty();
                }
                Matcher again = demo.awaitLine(victim + " \\(pid " + member.pid() + "\\) .* node --config (\\S+)");
                Program back = Program.start("node", "--config", again.group(1));
                restarted.add(back);
                await().atMost(PATIENCE).until(() -> api.members().size() == 3 && api.isOk("/readyz"));
            }
        } finally {
            restarted.forEach(Program::close);
        }
    }

    @Test
    void aJoiningNodeIsRoutedToByAllAndLeavesCleanly() throws Exception {
        try (Program demo = demo()) {
            long epoch = api.epoch();
            Path file = folderOf(demo).resolve("another-node.yaml");
            try (Program fourth = Program.start("node", "--config", file.toString())) {
                await().atMost(PATIENCE).until(() -> api.members().size() == 4);
                for (Member member : api.members()) {
                    await().atMost(PATIENCE).until(() -> member.api().members().size() == 4);
                }
                assertThat(fourth.process().isAlive()).isTrue();
                assertThat(api.epoch()).isEqualTo(epoch + 1);
            }
            await().atMost(PATIENCE).until(() -> api.members().size() == 3);
        }
    }

    @Test
    void withoutTheRegistryReadsGoOnAndJoinsAreRefused() throws Exception {
        try (Program demo = demo()) {
            for (String name : List.of("node-1", "node-2")) {
                assertThat(member(name).process().destroyForcibly()).isTrue();
            }
            try (Reads reads = new Reads(api)) {
                reads.awaitSome();
                assertThat(reads.failures()).isEmpty();
            }
            try (Program newcomer = Program.start("node", "--config",
                    folderOf(demo).resolve("another-node.yaml").toString())) {
                assertThat(newcomer.awaitExit()).isNotZero();
                assertThat(newcomer.output()).contains("registry").doesNotContain("\tat ");
            }
            assertThat(api.get("/api?key=Tom").body()).isEqualTo("630");
        }
    }

    @Test
    void aPausedNodeStaysInTheView() throws Exception {
        try (Program demo = demo()) {
            assertThat(demo.process().isAlive()).isTrue();
            long epoch = api.epoch();
            Member paused = member("node-2");
            signal("STOP", paused.pid());
            try {
                // Nothing to await: that nothing happens for three seconds is what is tested.
                await().pollDelay(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(10)).until(() -> true);
                assertThat(api.epoch()).isEqualTo(epoch);
            } finally {
                signal("CONT", paused.pid());
            }
            await().atMost(PATIENCE).until(() -> paused.api().isOk("/api?key=Tom"));
            assertThat(api.epoch()).isEqualTo(epoch);
        }
    }

    @Test
    void everythingEndsWithTheLauncherHoweverItEnds(@TempDir Path runtime) throws Exception {
        Map<String, String> environment = Map.of("XDG_RUNTIME_DIR", runtime.toString());
        Path sockets = runtime.resolve("shortwire");
        Program demo = demo(environment);
        assertThat(sockets).isNotEmptyDirectory();
        List<ProcessHandle> nodes = api.members().stream().map(Member::process).toList();
        Path folder = folderOf(demo);
        assertThat(Files.exists(folder)).isTrue();
        demo.process().destroyForcibly();
        assertThat(demo.awaitExit()).isNotZero();
        await().atMost(PATIENCE).until(() -> nodes.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(Files.exists(folder)).isTrue();
        try (Program next = demo(environment)) {
            assertThat(Files.exists(folder)).as("the dead launcher's folder").isFalse();
            Path own = folderOf(next);
            List<ProcessHandle> children = api.members().stream().map(Member::process).toList();
            next.close();
            assertThat(children).noneMatch(ProcessHandle::isAlive);
            assertThat(Files.exists(own)).isFalse();
            assertThat(sockets).isEmptyDirectory();
        }
    }

    @Test
    void oneProcessHoldsAWholeClusterInProcess() {
        try (Program demo = demo("--wire", "in-process")) {
            assertThat(api.members()).hasSize(3).extracting(Member::pid).containsOnly(api.members().getFirst().pid());
            assertThat(api.get("/api?key=Tom").body()).isEqualTo("630");
            assertThat(api.get("/api?key=Jack").body()).isEqualTo("589");
            assertThat(demo.process().isAlive()).isTrue();
        }
    }

    @Test
    void aDataFolderKeepsTheFilledDatabase(@TempDir Path data) {
        try (Program first = demo("--nodes", "1", "--data-dir", data.toString())) {
            assertThat(first.process().isAlive()).isTrue();
            assertThat(api.get("/api?group=unicode&key=U%2B0041").body()).contains("LATIN CAPITAL LETTER A");
        }
        try (Program second = demo("--nodes", "1", "--data-dir", data.toString())) {
            assertThat(second.process().isAlive()).isTrue();
            assertThat(api.get("/api?group=unicode&key=U%2B0041").body()).contains("LATIN CAPITAL LETTER A");
        }
        assertThat(data).isNotEmptyDirectory();
    }

    private Member member(String name) {
        return api.members().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
    }

    /// Where the demo keeps its files, as the process that it is says by its open files' names.
    private static Path folderOf(Program demo) throws IOException {
        String pid = Long.toString(demo.process().pid());
        try (Stream<Path> folders = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return folders.filter(f -> String.valueOf(f.getFileName()).startsWith("shortwire-demo-"))
                    .filter(f -> contains(f, pid)).findFirst()
                    .orElseThrow(() -> new AssertionError("no folder of " + pid));
        }
    }

    private static boolean contains(Path folder, String pid) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.size(file) < 200 && Files.readString(file).contains(pid)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }
}
