package dev.shortwire.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.shortwire.ConfigurationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
final class SocketFileTest {
    @TempDir
    Path folder;

    private static List<String> namesIn(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    private static void assertTaken(Path path) {
        assertThatThrownBy(() -> SocketFile.take(path)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("taken by another listener");
    }

    @Test
    void takesOverTheFileOfAListenerThatDied() throws Exception {
        Path path = folder.resolve("dead.sock");
        listen(path).close();
        assertThat(path).exists();
        try (SocketFile file = SocketFile.take(path); var _ = listen(file.path())) {
            file.restrict();
            assertThat(namesIn(folder)).containsExactly("dead.sock", "dead.sock.lock");
            assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(namesIn(folder)).isEmpty();
    }

    @Test
    void leavesAListenerAloneUntilItsProcessIsKilled() throws Exception {
        Path path = folder.resolve("other.sock");
        Process other = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
                System.getProperty("java.class.path"), ListeningProcess.class.getName(), path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = other.inputReader(UTF_8)) {
            assertThat(out.readLine()).isEqualTo(path.toString());
            assertTaken(path);
            SocketFile.sweep(folder);
            assertThat(path).exists();
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(path).exists();
        SocketFile.sweep(folder);
        assertThat(namesIn(folder)).isEmpty();
        SocketFile.take(path).close();
    }

    @Test
    void leavesTheListenersOfThisProcessAloneByWhateverNameTheyGo() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        Path path = real.resolve("mine.sock");
        try (SocketFile file = SocketFile.take(path); var _ = listen(file.path())) {
            SocketFile.sweep(real);
            SocketFile.sweep(link);
            assertThat(namesIn(real)).containsExactly("mine.sock", "mine.sock.lock");
            assertTaken(path);
            assertTaken(link.resolve("mine.sock"));
        }
        assertThat(namesIn(real)).isEmpty();
    }

    @Test
    void leavesAListenerAloneThatKnowsNothingOfTheLock() throws Exception {
        Path path = folder.resolve("foreign.sock");
        try (var _ = listen(path)) {
            assertTaken(path);
            Files.createFile(folder.resolve("foreign.sock.lock"));
            SocketFile.sweep(folder);
            assertThat(namesIn(folder)).containsExactly("foreign.sock");
        }
    }

    @Test
    void removesNothingButSockets() throws Exception {
        Path precious = Files.writeString(folder.resolve("precious"), "text");
        Path link = Files.createSymbolicLink(folder.resolve("link"), precious);
        Path inside = Files.createDirectory(folder.resolve("folder"));
        for (Path path : List.of(precious, link, inside)) {
            assertThatThrownBy(() -> SocketFile.take(path)).isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(path + " leads to something else than a socket");
        }
        assertThat(precious).hasContent("text");
        assertThat(namesIn(folder)).containsExactly("folder", "link", "precious");
    }

    @Test
    void aRightThatWasGivenBackIsNotTheNextOnes() throws Exception {
        Path path = folder.resolve("again.sock");
        SocketFile before = SocketFile.take(path);
        before.close();
        try (SocketFile after = SocketFile.take(path); var _ = listen(after.path())) {
            before.close();
            assertThat(namesIn(folder)).containsExactly("again.sock", "again.sock.lock");
            assertTaken(path);
        }
    }

    @Test
    void namesWhatIsWrongWithAPath() {
        assertThatThrownBy(() -> SocketFile.take(folder.resolve("x".repeat(120))))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("at most 107");
        assertThatThrownBy(() -> SocketFile.take(Path.of("/"))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("must name a file");
        assertThatThrownBy(() -> SocketFile.take(folder.resolve("none").resolve("s")))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("choose a folder that exists");
    }

    @Test
    void namesAFolderThatCantBeWritten() throws Exception {
        assumeThat(ThisUser.id()).as("root may write everywhere").isNotZero();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
        assertThatThrownBy(() -> SocketFile.take(folder.resolve("s"))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("can be written");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
}
