package dev.shortwire.wire.uds;

import dev.shortwire.ConfigurationException;
import dev.shortwire.wire.SocketFile;
import dev.shortwire.wire.SocketFolder;
import dev.shortwire.wire.ThisUser;
import dev.shortwire.wire.UnixAddress;
import dev.shortwire.wire.stream.ChannelAcceptor;
import dev.shortwire.wire.stream.ChannelPipe;
import dev.shortwire.wire.stream.FaultLog;
import dev.shortwire.wire.stream.Pipe;
import dev.shortwire.wire.stream.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Unix sockets of the JDK. Both ends ask the kernel who the other is, and talk to no other user than their own and root,
/// whatever the permissions of the file say.
public final class UdsTransport implements Transport {
    private static final int BACKLOG = 1024;

    private final FaultLog faults = new FaultLog(UdsWireProvider.NAME);

    @Override
    public String name() {
        return UdsWireProvider.NAME;
    }

    @Override
    public Acceptor listen(String address) {
        try {
            SocketFile file = address.isEmpty() ? SocketFolder.ofThisUser().takeNew()
                    : SocketFile.take(UnixAddress.parse(address).path());
            return open(file);
        } catch (IOException | UnsupportedOperationException | ConfigurationException e) {
            throw SocketFile.refusal("can't listen at \"" + address + "\"", e);
        }
    }

    private Acceptor open(SocketFile file) throws IOException {
        ServerSocketChannel channel = null;
        try {
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(file.path()), BACKLOG);
            file.restrict();
            String path = file.path().toString();
            return new ChannelAcceptor(UnixAddress.of(file.path()).toString(), List.of(channel),
                    accepted -> admit(accepted, path), faults, file::close);
        } catch (IOException | RuntimeException e) {
            close(channel);
            file.close();
            throw e;
        }
    }

    private @Nullable Pipe admit(SocketChannel channel, String path) throws IOException {
        UserPrincipal user = PeerUser.of(channel);
        if (!PeerUser.isWelcome(user)) {
            faults.info("other user", "refused a connection at " + path + " by user " + user.getName()
                    + "; only user " + ThisUser.principal().getName() + " and root may connect");
            return null;
        }
        return new ChannelPipe(channel, path, "user:" + user.getName());
    }

    @Override
    public Pipe connect(String address, long timeoutNanos) throws IOException {
        UnixAddress at = UnixAddress.parse(address);
        at.requireVisible();
        Path path = at.path();
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            connect(channel, path, timeoutNanos);
            UserPrincipal user = PeerUser.of(channel);
            if (!PeerUser.isWelcome(user)) {
                faults.info("other user", "did not talk to " + path + ", where user " + user.getName() + " listens");
                throw new IOException("user " + user.getName() + " listens there, neither user "
                        + ThisUser.principal().getName() + " nor root");
            }
            return new ChannelPipe(channel, path.toString(), "user:" + user.getName());
        } catch (IOException | RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    /// Connecting blocks only where the listener's queue is full; the end of the time closes the channel. A listener that
    /// ends in good order removes its file.
    private static void connect(SocketChannel channel, Path path, long timeoutNanos) throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        Thread.ofVirtual().name("shortwire-uds-connect-timer").start(() -> {
            try {
                if (!done.await(timeoutNanos, TimeUnit.NANOSECONDS)) {
                    close(channel);
                }
            } catch (InterruptedException e) {
                close(channel);
            }
        });
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
        } catch (AsynchronousCloseException e) {
            throw new SocketTimeoutException("the listener at " + path + " does not accept; it may be overloaded");
        } catch (ConnectException e) {
            throw e;
        } catch (IOException e) {
            throw Files.notExists(path) ? new ConnectException("there is no socket file any more") : e;
        } finally {
            done.countDown();
        }
    }

    private static void close(@Nullable AutoCloseable channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException("can't close a socket", e);
        }
    }
}
