package dev.shortwire.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Holds what the artifact brings to a bound: the number of jars, their size, and what must not be among them.
final class FootprintTest {
    private static final int MAX_JARS = 36;
    private static final long MAX_BYTES = 20L * 1024 * 1024;
    private static final List<String> ENGINES = List.of("jetty", "tomcat", "undertow", "helidon", "vertx", "grpc",
            "h2-",
            "spring", "logback", "picocli", "guava-");

    @Test
    void bringsFewJarsAndNoServerEngine() throws IOException {
        String tree = Files.readString(Path.of("target", "dependency-tree.txt"));
        System.out.println(tree);
        List<Path> jars = jars();
        long bytes = 0;
        for (Path jar : jars) {
            bytes += Files.size(jar);
        }
        System.out.printf("%d jars of others, %.1f MiB%n", jars.size(), bytes / 1024.0 / 1024.0);
        assertThat(jars).hasSizeLessThanOrEqualTo(MAX_JARS);
        assertThat(bytes).isLessThanOrEqualTo(MAX_BYTES);
        for (Path jar : jars) {
            String name = jar.getFileName().toString();
            assertThat(ENGINES).as("%s is no server engine", name).noneMatch(name::startsWith);
        }
        assertThat(tree).contains("shortwire-node", "shortwire-wire-http", "shortwire-registry-zookeeper")
                .doesNotContain("zookeeper-embedded");
    }

    /// Our own modules are folders while the whole is built, and jars where it is installed; neither counts.
    private static List<Path> jars() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String entry : Files.readString(Path.of("target", "class-path.txt")).strip().split(File.pathSeparator,
                -1)) {
            Path path = Path.of(entry);
            if (Files.isRegularFile(path) && !path.getFileName().toString().startsWith("shortwire")) {
                jars.add(path);
            }
        }
        return jars;
    }
}
