package dev.shortwire.wire.udp;

import dev.shortwire.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A port that remembers what goes through it, and loses, doubles and reorders datagrams in both directions as it was
/// told.
final class TamperedPort implements DatagramPort {
    /// A datagram that was sent.
    record Sent(Bytes datagram, InetSocketAddress to) {
        byte[] bytes() {
            return datagram.toByteArray();
        }
    }

    private final DatagramPort port;
    private final SplittableRandom random;
    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicReference<@Nullable Sent> late = new AtomicReference<>();
    private volatile int percent;
    private volatile boolean isNumb;

    TamperedPort(InetAddress address, int number, long seed) throws IOException {
        this.port = new SocketPort(address, number);
        this.random = new SplittableRandom(seed);
    }

    /// From now on loses that many of a hundred datagrams in each direction, doubles as many, and lets as many be overtaken.
    void tamper(int newPercent) {
        percent = newPercent;
    }

    /// Everything that was to be sent.
    List<Sent> sent() {
        return sent;
    }

    /// How many datagrams came in, but for wake-ups.
    int received() {
        return received.get();
    }

    /// Sends bytes as they are.
    void inject(byte[] bytes, InetSocketAddress to) throws IOException {
        port.send(bytes, bytes.length, to);
    }

    private boolean happens() {
        synchronized (random) {
            return random.nextInt(100) < percent;
        }
    }

    @Override
    public int number() {
        return port.number();
    }

    @Override
    public void send(byte[] datagram, int length, InetSocketAddress to) throws IOException {
        Sent one = new Sent(Bytes.adopt(Arrays.copyOf(datagram, length)), to);
        sent.add(one);
        if (happens()) {
            return;
        }
        Sent overtaken = happens() ? late.getAndSet(one) : one;
        if (overtaken != null) {
            inject(overtaken.bytes(), overtaken.to());
        }
        if (happens()) {
            inject(one.bytes(), to);
        }
    }

    @Override
    public int receive(byte[] target) throws IOException {
        while (true) {
            int length = port.receive(target);
            if (length == 0) {
                return 0;
            }
            received.incrementAndGet();
            if (!happens()) {
                return length;
            }
        }
    }

    @Override
    public InetSocketAddress from() {
        return port.from();
    }

    @Override
    public void wake() {
        port.wake();
    }

    /// From now on can't be woken, as where the host drops what it sends to itself.
    void numb() {
        isNumb = true;
    }

    @Override
    public void proveWake() throws IOException {
        if (isNumb) {
            throw new IOException("can't be woken");
        }
        port.proveWake();
    }

    @Override
    public void close() {
        port.close();
    }
}
