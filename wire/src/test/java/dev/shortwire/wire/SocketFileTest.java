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
import java.nio.file.AccessDeniedException;
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

    /// What a descriptor leads to, or itself where it was closed meanwhile.
    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
            return descriptor;
        }
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

    private void assertRefusedForItsLock(Path path) {
        assertThatThrownBy(() -> SocketFile.take(path)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("lock file " + path + ".lock must be");
    }

    @Test
    void leavesTheLockFileOfAnotherProgramAlone() throws Exception {
        Path lock = Files.writeString(folder.resolve("x.sock.lock"), "GEM\n  specs:\n");
        Path path = folder.resolve("x.sock");
        assertRefusedForItsLock(path);
        listen(path).close();
        assertRefusedForItsLock(path);
        SocketFile.sweep(folder);
        assertThat(lock).hasContent("GEM\n  specs:\n");
        assertThat(namesIn(folder)).containsExactly("x.sock", "x.sock.lock");
    }

    @Test
    void leavesTheLockFileAloneBesideWhatIsNoSocket() throws Exception {
        Files.createFile(folder.resolve("Gemfile"));
        Path lock = Files.createFile(folder.resolve("Gemfile.lock"));
        assertThatThrownBy(() -> SocketFile.take(folder.resolve("Gemfile"))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("something else than a socket");
        assertThat(lock).isEmptyFile();
    }

    @Test
    void leavesALargeFileOfZerosAlone() throws Exception {
        Path lock = Files.write(folder.resolve("x.lock"), new byte[2 << 20]);
        assertRefusedForItsLock(folder.resolve("x"));
        assertThat(lock).hasSize(2 << 20);
    }

    @Test
    void leavesTheLockFileOfAnotherUserAlone() throws Exception {
        assumeThat(ThisUser.id()).as("only root can give a file away").isZero();
        Path lock = Files.createFile(folder.resolve("x.lock"));
        Files.setAttribute(lock, "unix:uid", 65534);
        assertRefusedForItsLock(folder.resolve("x"));
        assertThat(lock).isEmptyFile();
    }

    @Test
    void followsNoLinkForALockFile() throws Exception {
        Path target = Files.createFile(folder.resolve("target"));
        Path link = Files.createSymbolicLink(folder.resolve("x.lock"), target);
        assertRefusedForItsLock(folder.resolve("x"));
        Files.delete(target);
        assertRefusedForItsLock(folder.resolve("x"));
        assertThat(link).isSymbolicLink();
        assertThat(target).doesNotExist();
    }

    @Test
    void doesNotOpenAPipeForALockFile() throws Exception {
        assumeThat(Path.of("/usr/bin/mkfifo")).exists();
        Path pipe = folder.resolve("x.lock");
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).inheritIO().start().waitFor()).isZero();
        assertRefusedForItsLock(folder.resolve("x"));
        assertThat(pipe).exists();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void keepsNoFileOpenThatItRefuses() throws Exception {
        Path lock = Files.writeString(folder.resolve("x.lock"), "text").toRealPath();
        assertRefusedForItsLock(folder.resolve("x"));
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.map(SocketFileTest::target)).doesNotContain(lock);
        }
    }

    @Test
    void takesALockFileThatAKilledProcessHasLeft() throws Exception {
        Path path = folder.resolve("x");
        Files.write(folder.resolve("x.lock"), new byte[1000]);
        SocketFile.take(path).close();
        assertThat(namesIn(folder)).isEmpty();
    }

    @Test
    void refusalsSayByTheirClassWhatIsWrongWithAFile() {
        Exception denied = new AccessDeniedException("/run/s");
        assertThat(SocketFile.refusal("can't listen", denied)).hasCause(denied)
                .hasMessage("can't listen: java.nio.file.AccessDeniedException: /run/s");
        Exception wrong = new ConfigurationException("the path is too long");
        assertThat(SocketFile.refusal("can't listen", wrong)).hasCause(wrong)
                .hasMessage("can't listen: the path is too long");
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
