package dev.shortwire.wire.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortwire.wire.ThisUser;
import dev.shortwire.wire.UnixAddress;
import dev.shortwire.wire.stream.Pipe;
import dev.shortwire.wire.stream.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Only root can become somebody else, so these tests are skipped for others.
@Timeout(60)
final class OtherUserTest {
    private static final int NOBODY = 65534;

    @TempDir
    Path open;

    @BeforeEach
    void copyTheStranger() throws IOException {
        assumeTrue(ThisUser.id() == 0, "needs root");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv");
        permit(open, "rwxrwxrwx");
        String name = Stranger.class.getName().replace('.', '/') + ".class";
        Path copy = open.resolve(name);
        Files.createDirectories(copy.getParent());
        try (InputStream bytes = Objects.requireNonNull(Stranger.class.getClassLoader().getResourceAsStream(name))) {
            Files.copy(bytes, copy);
        }
        permit(copy, "rw-r--r--");
        for (Path folder = copy.getParent(); folder != null && !folder.equals(open); folder = folder.getParent()) {
            permit(folder, "rwxr-xr-x");
        }
    }

    private static void permit(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private Process stranger(String what, Path where) throws IOException {
        String nobody = String.valueOf(NOBODY);
        String java = ProcessHandle.current().info().command().orElse("java");
        return new ProcessBuilder(
                List.of("/usr/bin/setpriv", "--reuid", nobody, "--regid", nobody, "--clear-groups", java,
                        "-Xmx64m", "-cp", open.toString(), Stranger.class.getName(), what, where.toString()))
                .directory(open.toFile()).redirectErrorStream(true).start();
    }

    private static String tried(Process process) throws IOException {
        BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(Stranger.TRIED)) {
                return line.substring(Stranger.TRIED.length());
            }
            System.out.println("stranger: " + line);
        }
        throw new IOException("the stranger has ended");
    }

    @Test
    void anotherUserDoesNotReachTheSocket() throws Exception {
        try (Transport.Acceptor acceptor = new ShmTransport().listen("")) {
            Process process = stranger("connect", UnixAddress.parse(acceptor.address()).path());
            assertThat(tried(process)).isEqualTo("Permission denied");
            process.waitFor();
        }
    }

    @Test
    void anotherUserWhoReachesTheSocketIsHungUpOn() throws Exception {
        Path folder = Files.createTempDirectory("shortwire-test");
        permit(folder, "rwx------");
        Path path = folder.resolve("shm.sock");
        Transport.Acceptor acceptor = new ShmTransport().listen(path.toString());
        FutureTask<Pipe> accepting = new FutureTask<>(acceptor::accept);
        Thread.ofPlatform().daemon().start(accepting);
        permit(folder, "rwxr-xr-x");
        permit(path, "rwxrwxrwx");
        Process process = stranger("connect", path);
        assertThat(tried(process)).isEqualTo("connected, then -1");
        process.waitFor();
        acceptor.close();
        assertThatThrownBy(() -> accepting.get(20, TimeUnit.SECONDS)).hasMessageContaining("is closed");
        Files.delete(folder);
    }

    @Test
    void anotherUserIsNotTakenForThePeer() throws Exception {
        Path path = open.resolve("stranger.sock");
        Process process = stranger("listen", path);
        try {
            assertThat(tried(process)).isEqualTo("listening");
            assertThatThrownBy(() -> new ShmTransport().connect(path.toString(), TimeUnit.SECONDS.toNanos(20)))
                    .isInstanceOf(IOException.class).hasMessageContaining("runs as user " + NOBODY);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aFolderThatOthersMayEnterIsRefused() {
        assertThatThrownBy(() -> new ShmTransport().listen(open.resolve("shm.sock").toString()))
                .hasMessageContaining("mode 0700").hasMessageContaining("chmod");
    }
}
