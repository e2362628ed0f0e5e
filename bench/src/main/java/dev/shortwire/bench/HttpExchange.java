package dev.shortwire.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// The asking side of [HttpFloor]. One call: a blocking connection. Many: one each, behind a selector, in one thread.
final class HttpExchange implements Exchange {
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final byte[] LENGTH = "content-length: ".getBytes(US_ASCII);

    private final String name;
    private final SocketAddress target;
    private final Connection single;
    private final List<Connection> many = new ArrayList<>();
    private final Selector selector = Selector.open();
    private Body body = Body.of(Body.Form.BYTES, 1);
    private ByteBuffer request = ByteBuffer.allocate(0);
    private long untilNanos;
    private long asked;
    private long answered;

    HttpExchange(String name, SocketAddress target) throws IOException {
        this.name = name;
        this.target = target;
        this.single = new Connection();
        ask(body);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void ask(Body wanted) {
        body = wanted;
        byte[] bytes = ("GET /" + wanted.code() + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(US_ASCII);
        request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Override
    public void call() throws IOException {
        single.ask();
        while (!single.hasAnswer()) {
            single.read();
        }
    }

    @Override
    public long pipeline(int outstanding, long until, Histogram sampled) throws IOException {
        while (many.size() < outstanding) {
            Connection added = new Connection();
            added.channel.configureBlocking(false);
            added.channel.register(selector, SelectionKey.OP_READ, added);
            many.add(added);
        }
        untilNanos = until;
        asked = outstanding;
        answered = 0;
        for (int i = 0; i < outstanding; i++) {
            many.get(i).startNanos = System.nanoTime();
            many.get(i).ask();
        }
        while (answered < asked) {
            selector.select(key -> take(key, sampled));
        }
        return answered;
    }

    private void take(SelectionKey key, Histogram sampled) {
        Connection connection = (Connection) key.attachment();
        try {
            connection.read();
            if (connection.hasAnswer()) {
                answered++;
                long now = System.nanoTime();
                sampled.record(now - connection.startNanos);
                if (now < untilNanos) {
                    asked++;
                    connection.startNanos = now;
                    connection.ask();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (selector) {
            single.channel.close();
            for (Connection connection : many) {
                connection.channel.close();
            }
        } catch (IOException e) {
            System.err.println("bench: " + name + " did not close: " + e);
        }
    }

    private final class Connection {
        private final SocketChannel channel = SocketChannel.open(target);
        private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private long startNanos;
        private int scanned;
        private int bodyFrom;

        Connection() throws IOException {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }

        void ask() throws IOException {
            in.clear();
            scanned = 0;
            bodyFrom = 0;
            request.rewind();
            while (request.hasRemaining()) {
                channel.write(request);
            }
        }

        void read() throws IOException {
            if (channel.read(in) < 0) {
                throw new EOFException(name + ": the server closed a connection");
            }
        }

        /// Whether the whole answer is here; takes its body.
        boolean hasAnswer() throws IOException {
            if (bodyFrom == 0 && !findsBody()) {
                return false;
            }
            if (in.position() - bodyFrom < body.length()) {
                return false;
            }
            in.limit(in.position()).position(bodyFrom);
            body.accept(in);
            return true;
        }

        private boolean findsBody() throws IOException {
            for (int i = scanned; i + 3 < in.position(); i++) {
                if (in.get(i) == '\r' && in.get(i + 1) == '\n' && in.get(i + 2) == '\r' && in.get(i + 3) == '\n') {
                    bodyFrom = i + 4;
                    check();
                    return true;
                }
            }
            scanned = Math.max(0, in.position() - 3);
            return false;
        }

        /// An answer must be 200 and as long as it should be.
        private void check() throws IOException {
            int length = -1;
            for (int line = 0; line < bodyFrom; line++) {
                if ((line == 0 || in.get(line - 1) == '\n') && startsWithLength(line)) {
                    length = 0;
                    for (int i = line + LENGTH.length; in.get(i) != '\r'; i++) {
                        length = length * 10 + in.get(i) - '0';
                    }
                }
            }
            if (in.get(9) != '2' || length != body.length()) {
                throw new IOException(name + ": the server answered " + (char) in.get(9) + "xx with " + length
                        + " bytes, not 200 with " + body.length());
            }
        }

        private boolean startsWithLength(int at) {
            for (int i = 0; i < LENGTH.length; i++) {
                if ((in.get(at + i) | 0x20) != (LENGTH[i] | 0x20)) {
                    return false;
                }
            }
            return true;
        }
    }
}
