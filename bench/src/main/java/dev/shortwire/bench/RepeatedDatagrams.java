package dev.shortwire.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Requests by datagram to the server of [DatagramFloor], repeated until answered: the least that makes datagrams usable
/// for reads. A request is sent again when four times the usual round trip has passed, a millisecond at least; after that
/// each time twice as long is waited. A reply to a request that was answered before is dropped.
final class RepeatedDatagrams implements Exchange {
    static final String NAME = "datagrams, repeated";

    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int MAX_DOUBLINGS = 6;

    private final DatagramChannel channel = DatagramChannel.open();
    private final Selector selector = Selector.open();
    private final ByteBuffer in = ByteBuffer.allocateDirect(DatagramFloor.MAX_DATAGRAM_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(SocketFloor.REQUEST_BYTES);
    private Body body = Body.of(Body.Form.BYTES, 1);
    private double usualNanos = SHORTEST_NANOS;
    private long lastId;

    RepeatedDatagrams(InetSocketAddress target) throws IOException {
        channel.connect(target);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
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
        pipeline(1, System.nanoTime(), new Histogram());
    }

    @Override
    public long pipeline(int outstanding, long untilNanos, Histogram sampled) throws IOException {
        Request[] requests = new Request[outstanding];
        for (int i = 0; i < outstanding; i++) {
            requests[i] = new Request();
            requests[i].begin();
        }
        int open = outstanding;
        long answered = 0;
        while (open > 0) {
            Request request = await(requests);
            if (request != null) {
                answered++;
                sampled.record(System.nanoTime() - request.startNanos);
                if (System.nanoTime() < untilNanos) {
                    request.begin();
                } else {
                    request.id = 0;
                    open--;
                }
            }
        }
        return answered;
    }

    /// The request that was answered, or null after what was late was sent again.
    private @Nullable Request await(Request[] requests) throws IOException {
        if (channel.read(in.clear()) == 0) {
            selector.select(1);
            selector.selectedKeys().clear();
            if (channel.read(in.clear()) == 0) {
                long now = System.nanoTime();
                for (Request request : requests) {
                    request.repeatIfLate(now);
                }
                return null;
            }
        }
        in.flip();
        long id = in.getLong();
        for (Request request : requests) {
            if (request.id == id) {
                body.accept(in);
                request.learn();
                return request;
            }
        }
        return null;
    }

    @Override
    public void close() {
        try (channel) {
            selector.close();
        } catch (IOException e) {
            System.err.println("bench: " + NAME + " did not close: " + e);
        }
    }

    private final class Request {
        private long id;
        private long startNanos;
        private long repeatNanos;
        private int doublings;

        void begin() throws IOException {
            id = ++lastId;
            doublings = 0;
            startNanos = System.nanoTime();
            send(startNanos);
        }

        private void send(long now) throws IOException {
            out.clear().putInt(body.code()).putInt(0).putLong(id);
            channel.write(out.flip());
            repeatNanos = now + (long) (Math.max((double) SHORTEST_NANOS, 4 * usualNanos) * (1 << doublings));
        }

        void repeatIfLate(long now) throws IOException {
            if (id != 0 && now >= repeatNanos) {
                doublings = Math.min(doublings + 1, MAX_DOUBLINGS);
                send(now);
            }
        }

        /// Only what was sent once tells how long a round trip takes (Karn's rule).
        void learn() {
            if (doublings == 0) {
                usualNanos += (System.nanoTime() - startNanos - usualNanos) / 8;
            }
        }
    }
}
