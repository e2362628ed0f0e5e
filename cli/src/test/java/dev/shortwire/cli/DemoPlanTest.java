package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The two ways on which a demo tells a node what it is.
final class DemoPlanTest {
    @TempDir
    Path folder;

    private DemoPlan plan(Path in) throws IOException {
        DemoSettings settings = new DemoSettings(4, DemoSettings.Mode.PROCESSES, "auto", 0, null, Duration.ZERO, false);
        Ports ports = new Ports();
        return DemoPlan.of(settings, in, ports.free(4), new DemoDatabase(in), ports);
    }

    @Test
    void tellsAHeldNodeAllOfItsConfiguration() throws Exception {
        DemoPlan plan = plan(folder);
        for (int i = 0; i < plan.nodes(); i++) {
            ByteArrayOutputStream pipe = new ByteArrayOutputStream();
            HeldConfig.write(plan.firstNode(i), pipe);
            pipe.write("more".getBytes(UTF_8));
            ByteArrayInputStream in = new ByteArrayInputStream(pipe.toByteArray());
            NodeConfig read = HeldConfig.read(in);
            assertThat(read).isEqualTo(plan.firstNode(i));
            assertThat(read.registryServer() != null).isEqualTo(i < 3);
            assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("more");
        }
    }

    @Test
    void doesNotStartAHeldNodeOnHalfAConfiguration() throws Exception {
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        HeldConfig.write(plan(folder).firstNode(0), pipe);
        byte[] whole = pipe.toByteArray();
        for (int length = 0; length < whole.length; length++) {
            byte[] half = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> HeldConfig.read(new ByteArrayInputStream(half))).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void refusesToLeaveAnOptionOut() {
        NodeConfig config = new NodeConfigBuilder("a").store(true).weight(5).groups(Map.of()).build();
        assertThatThrownBy(() -> HeldConfig.write(config, new ByteArrayOutputStream()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("weight=5");
    }

    @Test
    void writesFilesThatSayTheSame() throws Exception {
        DemoPlan plan = plan(Files.createDirectory(folder.resolve("数据 \"x\": #1")));
        plan.writeFiles();
        for (int i = 0; i < plan.nodes(); i++) {
            NodeConfig read = new ConfigReader(Map.of(), Map.of()).read(plan.file(i), Map.of("store", "true"));
            assertThat(read).isEqualTo(plan.node(i));
        }
    }

    @Test
    void quotesWordsAsYamlReadsThem() throws Exception {
        for (String word : List.of("", "no", "a: b", "- x", "tab\tand\nline", "quote\" and \\",
                "\u0085\u2028\ufeff钥匙 😀")) {
            String yaml = new Yaml().word(0, "registry", word).toString();
            Path file = Files.writeString(folder.resolve("word.yaml"), yaml);
            assertThat(new ConfigReader(Map.of(), Map.of()).read(file, Map.of()).registry()).isEqualTo(word);
        }
    }
}
