package dev.shortwire.wire.uds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortwire.ConfigurationException;
import dev.shortwire.wire.stream.Pipe;
import dev.shortwire.wire.stream.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketFileTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    Path folder;

    private final UdsTransport transport = new UdsTransport();

    private static List<String> namesIn(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void takesOverTheFileOfAListenerThatDied() throws Exception {
        Path path = folder.resolve("dead.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        assertThatThrownBy(() -> transport.connect(path.toString(), LONG)).isInstanceOf(ConnectException.class);
        try (Transport.Acceptor acceptor = transport.listen(path.toString());
                Pipe pipe = transport.connect(acceptor.address(), LONG)) {
            assertThat(pipe.isOpen()).isTrue();
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
            assertThatThrownBy(() -> transport.listen(path.toString())).isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("taken by another listener");
            SocketFile.sweep(folder);
            assertThat(path).exists();
        } finally {
            other.destroyForcibly().waitFor();
        }
        SocketFile.sweep(folder);
        assertThat(namesIn(folder)).isEmpty();
        transport.listen(path.toString()).close();
    }

    @Test
    void leavesTheListenersOfThisProcessAloneWhenItSweeps() throws Exception {
        try (Transport.Acceptor acceptor = transport.listen(folder.resolve("mine.sock").toString())) {
            SocketFile.sweep(folder);
            assertThat(namesIn(folder)).containsExactly("mine.sock", "mine.sock.lock");
            assertThatThrownBy(() -> transport.listen(acceptor.address())).isInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    void namesTheLimitWhereAPathIsTooLong() {
        assertThatThrownBy(() -> transport.listen(folder.resolve("x".repeat(120)).toString()))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("at most 107");
    }

    @Test
    void refusesAFolderThatOthersCanOpen() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> SocketFolder.at(open)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("0700");
        assertThatThrownBy(() -> SocketFolder.at(Files.createSymbolicLink(folder.resolve("link"), folder)))
                .isInstanceOf(ConfigurationException.class);
        assertThat(Files.getPosixFilePermissions(SocketFolder.at(folder.resolve("new")).path()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    /// The file's permissions are opened wide, so that only the kernel's word is left.
    @Test
    void refusesAnotherUser() throws Exception {
        assumeTrue(PeerUser.own().getName().equals("root") && Files.exists(Path.of("/usr/bin/setpriv")),
                "only root can become another user");
        Path source = folder.resolve("Stranger.java");
        Files.writeString(source, """
                void main(String[] args) throws Exception {
                    var address = java.net.UnixDomainSocketAddress.of(args[0]);
                    try (var channel = java.nio.channels.SocketChannel.open(address)) {
                        IO.println("read " + channel.read(java.nio.ByteBuffer.allocate(1)));
                    }
                }
                """);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Transport.Acceptor acceptor = transport.listen(folder.resolve("mine.sock").toString())) {
            Files.setPosixFilePermissions(Path.of(acceptor.address()), PosixFilePermissions.fromString("rw-rw-rw-"));
            Thread accepting = Thread.ofPlatform().daemon().start(() -> acceptOrEnd(acceptor));
            Process stranger = new ProcessBuilder("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                    ProcessHandle.current().info().command().orElseThrow(), source.toString(), acceptor.address())
                    .redirectErrorStream(true).start();
            try (BufferedReader out = stranger.inputReader(UTF_8)) {
                assertThat(out.readAllLines()).containsExactly("read -1");
            } finally {
                stranger.destroyForcibly();
            }
            assertThat(accepting.isAlive()).as("nobody was accepted").isTrue();
        }
    }

    private static void acceptOrEnd(Transport.Acceptor acceptor) {
        try {
            acceptor.accept().close();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("no longer listening");
        }
    }
}
