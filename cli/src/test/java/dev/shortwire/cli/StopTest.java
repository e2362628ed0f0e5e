package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Programs that are told to end while they start.
@EnabledOnOs({OS.LINUX, OS.MAC})
final class StopTest {
    private static final int SIGTERM = 143;

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private Process start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + folder, "-cp",
                System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread.ofVirtual().start(() -> {
            try (BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
                said.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException gone) {
                lines.add("its output broke: " + gone.getMessage());
            }
        });
        return process;
    }

    private void endsQuietly(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(SIGTERM);
        assertThat(lines).noneMatch(line -> line.startsWith("shortwire: "));
    }

    private List<Path> demoFolders() throws IOException {
        try (var all = Files.list(folder)) {
            return all.filter(path -> path.getFileName().toString().startsWith(DemoFolder.PREFIX)).toList();
        }
    }

    @Test
    void aNodeThatWaitsForItsRegistryEndsWithoutAnError() throws Exception {
        int nobody = new Ports().free(1).getFirst();
        int port = new Ports().free(1).getFirst();
        Process node = start("node", "--registry", "zookeeper://127.0.0.1:" + nobody, "--listen", "localhost:" + port,
                "--set", "join-timeout=100s");
        await().atMost(60, TimeUnit.SECONDS).until(() -> isTaken(port));
        endsQuietly(node);
    }

    private static boolean isTaken(int port) {
        try {
            new Ports().requireFree(port, "");
            return false;
        } catch (CliException taken) {
            return true;
        }
    }

    @Test
    void aDemoThatFillsItsDatabaseEndsWithoutAnErrorAndLeavesNothing() throws Exception {
        Process demo = start("demo", "--nodes", "1", "--port", "0", "--data-dir", folder.resolve("data").toString());
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> lines.stream().anyMatch(line -> line.contains("filling the database")));
        assertThat(demoFolders()).hasSize(1);
        endsQuietly(demo);
        assertThat(demoFolders()).isEmpty();
        try (DemoDatabase again = new DemoDatabase(folder.resolve("data"))) {
            assertThat(again.open(java.time.Duration.ZERO, line -> {})).isEqualTo(UnicodeData.codePoints().count());
        }
    }
}
