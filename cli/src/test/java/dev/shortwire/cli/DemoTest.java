package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole demo in this process: the command line's commands against it, and that nothing of it stays.
final class DemoTest {
    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Captured terminal = new Captured();
    private final Demo demo = new Demo(
            new DemoSettings(3, DemoSettings.Mode.IN_PROCESS, "auto", 0, null, Duration.ZERO, false), lines::add);

    @AfterEach
    void stop() {
        demo.close();
    }

    private int call(String... words) {
        String[] all = java.util.Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--api";
        all[words.length + 1] = "http://localhost:" + demo.apiPort();
        return terminal.run(all);
    }

    @Test
    void answersTheCommandsOfTheCommandLine() throws Exception {
        demo.start();
        assertThat(lines).anyMatch(line -> line.startsWith("ready in ")).anyMatch(line -> line.contains("node-3"));

        assertThat(call("get", "Tom")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out.toByteArray()).isEqualTo("630".getBytes(UTF_8));
        assertThat(call("get", "U+1F600", "-g", "unicode", "--info")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).isEqualTo("GRINNING FACE");
        assertThat(terminal.err()).contains("owner node-");
        assertThat(call("get", "kkk")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(terminal.err()).contains("kkk does not exist in group scores");
        assertThat(call("get", "k", "-g", "nowhere")).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.err()).contains("nowhere");

        byte[] bytes = {0, -1, 10, 13, 0};
        Path file = Files.write(folder.resolve("value"), bytes);
        assertThat(call("put", "钥匙", "@" + file)).isEqualTo(ExitCode.OK);
        assertThat(call("get", "钥匙")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out.toByteArray()).isEqualTo(bytes);
        terminal.typing("typed".getBytes(UTF_8));
        assertThat(call("put", "a/b", "-", "--ttl", "forever")).isEqualTo(ExitCode.OK);
        assertThat(call("get", "a/b")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).isEqualTo("typed");
        assertThat(call("remove", "a/b")).isEqualTo(ExitCode.OK);
        assertThat(call("get", "a/b")).isEqualTo(ExitCode.NOT_FOUND);

        assertThat(call("members")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("node-1", "node-2", "node-3", "epoch ").doesNotContain("launcher");
        assertThat(call("ring", "Tom")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).startsWith("owner node-");
        assertThat(call("stats")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("GROUP", "scores", "launcher", "all");
        assertThat(lines).anyMatch(line -> line.contains("asks node-") && line.contains("for scores/Tom"))
                .anyMatch(line -> line.contains("loaded scores/Tom (")).anyMatch(line -> line.contains("sees view"))
                .anyMatch(line -> line.contains("loaded scores/kkk: no such key"));
    }

    @Test
    void leavesNothingBehind() throws Exception {
        List<Path> before = folders();
        demo.start();
        int port = demo.apiPort();
        List<Path> own = newSince(before);
        assertThat(own).hasSize(1);
        demo.close();
        assertThat(own.getFirst()).doesNotExist();
        new Ports().requireFree(port, "");
        demo.close();
    }

    @Test
    void startsNothingWhereThePortIsTaken() throws Exception {
        List<Path> before = folders();
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            try (Demo second = new Demo(
                    new DemoSettings(3, DemoSettings.Mode.PROCESSES, "auto", taken.getLocalPort(), null,
                            Duration.ZERO, false),
                    lines::add)) {
                assertThatThrownBy(second::start).isInstanceOf(CliException.class)
                        .hasMessageContaining(Integer.toString(taken.getLocalPort())).hasMessageContaining("--port");
            }
        }
        assertThat(newSince(before)).isEmpty();
        assertThat(lines).isEmpty();
    }

    /** A start sweeps what dead launchers of this machine left, so only what came since tells of the demo under test. */
    private static List<Path> newSince(List<Path> before) throws IOException {
        return folders().stream().filter(path -> !before.contains(path)).toList();
    }

    private static List<Path> folders() throws IOException {
        try (var all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith(DemoFolder.PREFIX)).sorted().toList();
        }
    }
}
