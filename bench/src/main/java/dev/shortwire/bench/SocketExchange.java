package dev.shortwire.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// The asking side of [SocketFloor]. With many calls under way it reads what has arrived, then writes as many new
/// requests at once as there were replies in it.
final class SocketExchange implements Exchange {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MAX_BATCH = 1024;

    private final String name;
    private final SocketChannel channel;
    private final boolean spinning;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(MAX_BATCH * SocketFloor.REQUEST_BYTES);
    private Body body = Body.of(Body.Form.BYTES, 1);

    SocketExchange(String name, SocketChannel channel, boolean spinning) {
        this.name = name;
        this.channel = channel;
        this.spinning = spinning;
        in.limit(0);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void ask(Body wanted) {
        body = wanted;
    }

    @Override
    public void wake() throws IOException {
        if (spinning) {
            request(SocketFloor.SPIN, 1);
            channel.configureBlocking(false);
        }
    }

    @Override
    public void rest() throws IOException {
        if (spinning) {
            channel.configureBlocking(true);
            request(SocketFloor.BLOCK, 1);
        }
    }

    @Override
    public void call() throws IOException {
        request(body.code(), 1);
        while (in.remaining() < body.length()) {
            fill();
        }
        body.accept(in);
    }

    @Override
    public long pipeline(int outstanding, long untilNanos, Histogram sampled) throws IOException {
        int window = Math.min(outstanding, MAX_BATCH);
        long asked = window;
        long answered = 0;
        long marked = window;
        long start = System.nanoTime();
        request(body.code(), window);
        while (answered < asked) {
            fill();
            int arrived = 0;
            while (in.remaining() >= body.length()) {
                body.accept(in);
                arrived++;
            }
            answered += arrived;
            if (arrived == 0) {
                continue;
            }
            long now = System.nanoTime();
            boolean sampling = answered >= marked;
            if (sampling) {
                sampled.record(now - start);
                start = now;
            }
            if (now < untilNanos) {
                request(body.code(), arrived);
                asked += arrived;
            }
            marked = sampling ? asked : marked;
        }
        return answered;
    }

    private void fill() throws IOException {
        in.compact();
        int count = channel.read(in);
        in.flip();
        if (count < 0) {
            throw new EOFException(name + ": the server closed the connection");
        }
        if (count == 0) {
            Thread.onSpinWait();
        }
    }

    private void request(int code, int times) throws IOException {
        out.clear();
        for (int i = 0; i < times; i++) {
            out.putInt(code).putInt(0).putLong(i);
        }
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            System.err.println("bench: " + name + " did not close: " + e);
        }
    }
}
