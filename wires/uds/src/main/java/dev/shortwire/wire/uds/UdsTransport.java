package dev.shortwire.wire.uds;

import dev.shortwire.ConfigurationException;
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
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
        SocketFile file = SocketFile.take(address.isEmpty() ? newSocket() : path(address));
        ServerSocketChannel channel = null;
        try {
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(file.socket()), BACKLOG);
            Files.setPosixFilePermissions(file.socket(), PosixFilePermissions.fromString("rw-------"));
            String path = file.socket().toString();
            return new ChannelAcceptor(path, List.of(channel), accepted -> admit(accepted, path), faults, file::close);
        } catch (IOException | UnsupportedOperationException e) {
            close(channel);
            file.close();
            throw new ConfigurationException("can't listen at socket path " + file.socket() + ": " + e
                    + "; choose a folder that exists and can be written");
        }
    }

    private Path newSocket() {
        SocketFolder folder = SocketFolder.ofThisUser();
        try {
            SocketFile.sweep(folder.path());
        } catch (IOException e) {
            faults.warn("sweep", "could not remove what dead processes have left in " + folder.path(), e);
        }
        return folder.newSocket();
    }

    private static Path path(String address) {
        try {
            return Path.of(address);
        } catch (InvalidPathException e) {
            throw new ConfigurationException("socket path \"" + address + "\" must be a path: " + e.getMessage());
        }
    }

    private @Nullable Pipe admit(SocketChannel channel, String path) throws IOException {
        UserPrincipal user = PeerUser.of(channel);
        if (!PeerUser.isWelcome(user)) {
            faults.info("other user", "refused a connection at " + path + " by user " + user.getName()
                    + "; only user " + PeerUser.own().getName() + " and root may connect");
            return null;
        }
        return new ChannelPipe(channel, path, "user:" + user.getName());
    }

    @Override
    public Pipe connect(String address, long timeoutNanos) throws IOException {
        Path path = path(address);
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            connect(channel, path, timeoutNanos);
            UserPrincipal user = PeerUser.of(channel);
            if (!PeerUser.isWelcome(user)) {
                faults.info("other user", "did not talk to " + path + ", where user " + user.getName() + " listens");
                throw new IOException("user " + user.getName() + " listens there, neither user "
                        + PeerUser.own().getName() + " nor root");
            }
            return new ChannelPipe(channel, path.toString(), "user:" + user.getName());
        } catch (IOException | RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    /// Connecting blocks only where the listener's queue is full; the end of the time closes the channel.
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
            throw isGone(path) ? new ConnectException("there is no socket file any more") : e;
        } finally {
            done.countDown();
        }
    }

    /// A listener that ends in good order removes its file. Where the folder is missing too, nothing is proved: it may
    /// be another host's, or another container's.
    private static boolean isGone(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        return folder != null && Files.isDirectory(folder) && Files.isExecutable(folder) && Files.notExists(path);
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
