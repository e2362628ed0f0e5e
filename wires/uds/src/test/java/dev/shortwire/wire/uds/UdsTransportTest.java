package dev.shortwire.wire.uds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortwire.wire.ThisUser;
import dev.shortwire.wire.UnixAddress;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UdsTransportTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    Path folder;

    private final UdsTransport transport = new UdsTransport();

    @Test
    void takesTheFileOfAListenerThatDied() throws Exception {
        Path path = folder.resolve("dead.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertThatThrownBy(() -> transport.connect(path.toString(), LONG)).isInstanceOf(ConnectException.class);
        try (Transport.Acceptor acceptor = transport.listen(path.toString());
                Pipe pipe = transport.connect(acceptor.address(), LONG)) {
            assertThat(pipe.isOpen()).isTrue();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void tellsWhoIsNotThereFromWhoCannotBeSeen() {
        Transport.Acceptor acceptor = transport.listen(folder.resolve("s").toString());
        String address = acceptor.address();
        acceptor.close();
        assertThatThrownBy(() -> transport.connect(address, LONG)).isInstanceOf(ConnectException.class);
        for (String unseen : new String[] {UnixAddress.parse(address).path() + "#00000000", "/nowhere/s"}) {
            assertThatThrownBy(() -> transport.connect(unseen, LONG)).isInstanceOf(IOException.class)
                    .isNotInstanceOf(ConnectException.class).hasMessageContaining("on another host");
        }
    }

    /// The file's permissions are opened wide, so that only the kernel's word is left.
    @Test
    void refusesAnotherUser() throws Exception {
        assumeTrue(ThisUser.id() == 0 && Files.exists(Path.of("/usr/bin/setpriv")),
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
        Path path = folder.resolve("mine.sock");
        try (Transport.Acceptor acceptor = transport.listen(path.toString())) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
            Thread accepting = Thread.ofPlatform().daemon().start(() -> acceptOrEnd(acceptor));
            Process stranger = new ProcessBuilder("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                    ProcessHandle.current().info().command().orElseThrow(), source.toString(), path.toString())
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
