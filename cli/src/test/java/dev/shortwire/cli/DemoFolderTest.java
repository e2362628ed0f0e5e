package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoFolderTest {
    @TempDir
    Path parent;

    @Test
    void isGoneWhenClosed() throws Exception {
        DemoFolder folder = DemoFolder.create(parent);
        Files.createDirectories(folder.path().resolve("a/b"));
        Files.writeString(folder.path().resolve("a/b/c"), "x");
        folder.close();
        assertThat(folder.path()).doesNotExist();
        folder.close();
    }

    @Test
    void sweepsWhatADeadLauncherLeftAndNothingElse() throws Exception {
        Path left = Files.createDirectory(parent.resolve(DemoFolder.PREFIX + "left"));
        Files.writeString(left.resolve(DemoFolder.MARKER), "pid 1\n");
        Files.createDirectory(left.resolve("data"));
        Path unmarked = Files.createDirectory(parent.resolve(DemoFolder.PREFIX + "unmarked"));
        Path unfinished = Files.createDirectory(parent.resolve(DemoFolder.PREFIX + "unfinished"));
        Files.createFile(unfinished.resolve(DemoFolder.MARKER));
        Path foreign = Files.createDirectory(parent.resolve("other"));
        Files.writeString(foreign.resolve(DemoFolder.MARKER), "pid 1\n");
        Path target = Files.createDirectory(parent.resolve("target"));
        Files.writeString(target.resolve(DemoFolder.MARKER), "pid 1\n");
        Path link = Files.createSymbolicLink(parent.resolve(DemoFolder.PREFIX + "link"), target);

        assertThat(DemoFolder.sweep(parent)).containsExactly(left);
        assertThat(left).doesNotExist();
        assertThat(unmarked).exists();
        assertThat(unfinished).exists();
        assertThat(foreign).exists();
        assertThat(link).exists();
    }

    @Test
    void leavesWhatBelongsToAnotherUser() throws Exception {
        Path foreign = Files.createDirectory(parent.resolve(DemoFolder.PREFIX + "foreign"));
        Files.writeString(foreign.resolve(DemoFolder.MARKER), "pid 1\n");
        boolean given;
        try {
            Files.setOwner(foreign, parent.getFileSystem().getUserPrincipalLookupService()
                    .lookupPrincipalByName("nobody"));
            given = true;
        } catch (IOException notRoot) {
            given = false;
        }
        assumeThat(given).as("only root can give a folder away").isTrue();
        assertThat(DemoFolder.sweep(parent)).isEmpty();
        assertThat(foreign.resolve(DemoFolder.MARKER)).exists();
    }

    @Test
    void failsNotWhereANodeStillWrites() throws Exception {
        Path left = Files.createDirectory(parent.resolve(DemoFolder.PREFIX + "left"));
        Files.writeString(left.resolve(DemoFolder.MARKER), "pid 1\n");
        AtomicBoolean writing = new AtomicBoolean(true);
        Thread node = Thread.ofPlatform().start(() -> {
            for (int i = 0; writing.get(); i++) {
                try {
                    Files.writeString(left.resolve("log." + i), "x");
                } catch (IOException swept) {
                    return;
                }
            }
        });
        try {
            await().until(() -> Files.exists(left.resolve("log.0")));
            assertThat(DemoFolder.sweep(parent)).as("swept or left, but no failure").hasSizeLessThanOrEqualTo(1);
        } finally {
            writing.set(false);
            node.join();
        }
        assertThat(Files.exists(left) && !Files.exists(left.resolve(DemoFolder.MARKER)))
                .as("a folder without its marker would be left for ever").isFalse();
        DemoFolder.sweep(parent);
        assertThat(left).doesNotExist();
    }

    @Test
    void leavesALivingLaunchersFolderUntilItIsKilled() throws Exception {
        Process launcher = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Holder.class.getName(), parent.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader said = new BufferedReader(new InputStreamReader(launcher.getInputStream(), UTF_8))) {
            Path held = Path.of(said.readLine());
            assertThat(DemoFolder.sweep(parent)).isEmpty();
            assertThat(held).exists();
            launcher.destroyForcibly().waitFor();
            assertThat(DemoFolder.sweep(parent)).containsExactly(held);
            assertThat(held).doesNotExist();
        } finally {
            launcher.destroyForcibly();
        }
    }

    /// A launcher that makes its folder and then waits to be killed.
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            System.out.println(DemoFolder.create(Path.of(args[0])).path());
            System.in.read();
        }
    }
}
