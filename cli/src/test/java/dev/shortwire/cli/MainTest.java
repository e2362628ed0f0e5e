package dev.shortwire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
    @TempDir
    Path folder;

    private final Captured terminal = new Captured();

    @Test
    void printsHelpAndExitCodes() {
        for (String[] words : List.of(new String[0], new String[] {"--help"})) {
            assertThat(terminal.run(words)).isEqualTo(ExitCode.OK);
            assertThat(terminal.out()).contains("demo", "node", "registry", "get", "put", "remove", "members", "ring",
                    "stats", "Exit codes:", "the cluster has no value").doesNotContain("prepare");
        }
        assertThat(terminal.run("--version")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).startsWith("shortwire ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "node", "registry", "get", "put", "remove", "members", "ring", "stats", "bench"})
    void printsHelpOfEveryCommand(String command) {
        assertThat(terminal.run(command, "--help")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("shortwire " + command).contains("--verbose");
    }

    @Test
    void listsWhatCanBeMeasuredAndPassesOptionsOn() {
        assertThat(terminal.run("bench")).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("local", "ring");
        assertThat(terminal.run("bench", "no-such")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("no-such").contains("ring");
        assertThat(terminal.run("bench", "ring", "--quick", "--chart", "figure.svg")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.err()).contains("png");
    }

    private void refused(int code, String part, String... words) {
        assertThat(terminal.run(words)).as(String.join(" ", words)).isEqualTo(code);
        assertThat(terminal.err()).as(String.join(" ", words)).startsWith("shortwire: ").contains(part)
                .satisfies(text -> assertThat(text.lines()).hasSize(1));
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void tellsOfAWrongCommandLineInOneLine() {
        refused(ExitCode.USAGE, "--help", "dmeo");
        refused(ExitCode.USAGE, "--nodes", "demo", "--nodes", "many");
        refused(ExitCode.USAGE, "must be 1 to 16", "demo", "--nodes", "0");
        refused(ExitCode.USAGE, "must be 1 to 16", "demo", "--nodes", "17");
        refused(ExitCode.USAGE, "in-process", "demo", "--wire", "string");
        refused(ExitCode.USAGE, "0 to 65535", "demo", "--port", "70000");
        refused(ExitCode.USAGE, "such as 30s", "demo", "--load-delay", "20");
        refused(ExitCode.USAGE, "KEY", "get");
        refused(ExitCode.USAGE, "must be a URL", "get", "k", "--api", "localhost");
        refused(ExitCode.USAGE, "must be a URL", "get", "k", "--api", "ftp://localhost");
        refused(ExitCode.USAGE, "such as 30s", "put", "k", "v", "--ttl", "soon");
        refused(ExitCode.USAGE, "more than 0", "put", "k", "v", "--ttl", "0s");
        refused(ExitCode.USAGE, "key is empty", "put", "", "v");
        refused(ExitCode.USAGE, "key is empty", "get", "", "-g", "g");
        refused(ExitCode.USAGE, "key is empty", "remove", "");
        refused(ExitCode.USAGE, "key is empty", "ring", "");
        refused(ExitCode.USAGE, "it is a folder", "put", "k", "@" + folder, "-g", "g");
        refused(ExitCode.USAGE, "does not exist", "put", "k", "@" + folder.resolve("none"), "-g", "g");
        refused(ExitCode.USAGE, "1 to 65535", "registry", "--port", "0");
        refused(ExitCode.USAGE, "--allow-anonymous", "registry", "--host", "192.0.2.1", "--allow-plaintext");
        refused(ExitCode.USAGE, "every address", "registry", "--host", "0.0.0.0");
        refused(ExitCode.USAGE, "is unknown", "registry", "--host", "no.such.host.invalid");
        refused(ExitCode.USAGE, "does not exist", "node", "--config", folder.resolve("none.yaml").toString());
        refused(ExitCode.USAGE, "did you mean time-to-live", "node", "--set", "groups.a.tiem-to-live=1s");
        refused(ExitCode.USAGE, "exclude each other", "node", "--join", "localhost:1", "--registry", "zookeeper://x:1");
        refused(ExitCode.USAGE, "must match", "node", "--name", "Not A Name");
        refused(ExitCode.USAGE, "not loopback", "node", "--listen", "192.0.2.1:0");
    }

    @Test
    void tellsWhereNobodyAnswers() {
        String nobody = "http://localhost:" + new Ports().free(1).getFirst();
        refused(ExitCode.UNREACHABLE, nobody, "get", "k", "-g", "scores", "--api", nobody);
        refused(ExitCode.UNREACHABLE, "start a cluster", "members", "--api", nobody);
        refused(ExitCode.UNREACHABLE, nobody, "node", "--join", nobody.substring("http://".length()));
    }
}
