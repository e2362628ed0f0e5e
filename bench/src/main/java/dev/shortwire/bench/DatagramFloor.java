package dev.shortwire.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;

/// Blocking datagrams over loopback, one for each request and each reply. Nothing is repeated: where more replies are
/// under way than the socket's buffer holds, one would be lost and the loop would wait for ever, so the window is kept
/// within that.
final class DatagramFloor implements Floor {
    static final String NAME = "bare-datagrams";
    /// A body that fits into a datagram together with its headers.
    static final int MAX_BODY_BYTES = 65_000;
    /// A reply begins with the last eight bytes of its request, so that a client that repeats can tell replies apart.
    static final int ID_BYTES = 8;
    static final int MAX_DATAGRAM_BYTES = ID_BYTES + MAX_BODY_BYTES;

    private static final int SOCKET_BUFFER_BYTES = 1 << 20;
    /// What the kernel charges for a datagram beside its bytes.
    private static final int KERNEL_OVERHEAD_BYTES = 1280;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Server serve() throws IOException {
        DatagramChannel channel = open();
        channel.bind(new InetSocketAddress(Floors.host(), 0));
        Thread.ofPlatform().daemon().name("shortwire-bench-floor").start(() -> answer(channel));
        String port = Integer.toString(channel.socket().getLocalPort());
        return new Server() {
            @Override
            public String address() {
                return port;
            }

            @Override
            public void close() {
                closeQuietly(channel);
            }
        };
    }

    @Override
    public Exchange connect(String address) throws IOException {
        DatagramChannel channel = open();
        channel.connect(new InetSocketAddress(Floors.host(), Integer.parseInt(address)));
        Datagrams datagrams = new Datagrams(channel);
        datagrams.call(); // the server's socket drops what it has when it is connected to the first who asks
        return datagrams;
    }

    private static DatagramChannel open() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        return channel;
    }

    private static void answer(DatagramChannel channel) {
        ByteBuffer in = ByteBuffer.allocateDirect(SocketFloor.REQUEST_BYTES);
        ByteBuffer out = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);
        Body body = Body.of(Body.Form.BYTES, 1);
        try {
            SocketAddress first = channel.receive(in);
            channel.connect(first); // as a server that keeps one socket for each peer does
            while (true) {
                int code = in.getInt(0);
                body = code == body.code() ? body : Body.of(code);
                body.encode().copyTo(out.clear().putLong(in.getLong(SocketFloor.REQUEST_BYTES - ID_BYTES)));
                channel.write(out.flip());
                channel.read(in.clear());
            }
        } catch (ClosedChannelException e) {
            // Closed: that was all.
        } catch (IOException e) {
            System.err.println("bench: a bare datagram server stopped: " + e);
        }
    }

    private static void closeQuietly(DatagramChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Datagrams implements Exchange {
        private final DatagramChannel channel;
        private final ByteBuffer in = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);
        private final ByteBuffer out = ByteBuffer.allocateDirect(SocketFloor.REQUEST_BYTES);
        private final int bufferBytes;
        private Body body = Body.of(Body.Form.BYTES, 1);

        Datagrams(DatagramChannel channel) throws IOException {
            this.channel = channel;
            this.bufferBytes = channel.getOption(StandardSocketOptions.SO_RCVBUF);
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void ask(Body wanted) {
            body = wanted;
        }

        @Override
        public void call() throws IOException {
            send();
            receive();
        }

        @Override
        public long pipeline(int outstanding, long untilNanos, Histogram sampled) throws IOException {
            int window = Math.max(1, Math.min(outstanding, bufferBytes / (body.length() + KERNEL_OVERHEAD_BYTES)));
            long[] starts = new long[window];
            for (int i = 0; i < window; i++) {
                starts[i] = System.nanoTime();
                send();
            }
            long asked = window;
            long answered = 0;
            while (answered < asked) {
                receive();
                int slot = (int) (answered++ % window);
                long now = System.nanoTime();
                sampled.record(now - starts[slot]);
                if (now < untilNanos) {
                    starts[slot] = now;
                    send();
                    asked++;
                }
            }
            return answered;
        }

        private void send() throws IOException {
            out.clear().putInt(body.code()).putInt(0).putLong(0);
            channel.write(out.flip());
        }

        private void receive() throws IOException {
            channel.read(in.clear());
            body.accept(in.flip().position(ID_BYTES));
        }

        @Override
        public void close() {
            closeQuietly(channel);
        }
    }
}
