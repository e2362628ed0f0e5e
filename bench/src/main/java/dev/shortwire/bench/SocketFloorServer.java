package dev.shortwire.bench;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The answering side of [SocketFloor]: a thread for each connection reads what is there, answers all of it, and writes
/// the answers together.
final class SocketFloorServer implements Floor.Server {
    private static final int IN_BYTES = 64 * 1024;
    private static final int OUT_BYTES = 256 * 1024;

    private final ServerSocketChannel listening;
    private final String address;
    private final @Nullable Path folder;

    /// @param folder removed at the end with the socket in it, or null for none
    SocketFloorServer(ServerSocketChannel listening, String address, @Nullable Path folder) {
        this.listening = listening;
        this.address = address;
        this.folder = folder;
        Thread.ofPlatform().daemon().name("shortwire-bench-accept").start(this::accept);
    }

    @Override
    public String address() {
        return address;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = listening.accept();
                Thread.ofPlatform().daemon().name("shortwire-bench-floor").start(() -> answer(channel));
            }
        } catch (ClosedChannelException e) {
            // Closed: that was all.
        } catch (IOException e) {
            System.err.println("bench: a bare server stopped accepting: " + e);
        }
    }

    private static void answer(SocketChannel channel) {
        try (channel) {
            if (!(channel.getLocalAddress() instanceof UnixDomainSocketAddress)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            new Connection(channel).run();
        } catch (AsynchronousCloseException e) {
            // Closed by the other thread: that was all.
        } catch (IOException e) {
            System.err.println("bench: a bare connection broke: " + e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
            if (folder != null) {
                Files.deleteIfExists(Path.of(address));
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            System.err.println("bench: " + address + " is left behind: " + e);
        }
    }

    private static final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
        private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
        private Body body = Body.of(Body.Form.BYTES, 1);
        private boolean spinning;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void run() throws IOException {
            while (true) {
                int count = channel.read(in);
                if (count < 0) {
                    return;
                }
                if (count == 0) {
                    Thread.onSpinWait();
                    continue;
                }
                in.flip();
                while (in.remaining() >= SocketFloor.REQUEST_BYTES) {
                    take(in.getInt(in.position()));
                    in.position(in.position() + SocketFloor.REQUEST_BYTES);
                }
                in.compact();
                flush();
            }
        }

        private void take(int code) throws IOException {
            if (code == SocketFloor.SPIN || code == SocketFloor.BLOCK) {
                spinning = code == SocketFloor.SPIN;
                channel.configureBlocking(!spinning);
                return;
            }
            if (code != body.code()) {
                body = Body.of(code);
            }
            if (out.remaining() < body.length()) {
                flush();
            }
            body.encode().copyTo(out);
        }

        private void flush() throws IOException {
            out.flip();
            while (out.hasRemaining()) {
                if (channel.write(out) == 0) {
                    Thread.onSpinWait();
                }
            }
            out.clear();
        }
    }
}
