package dev.shortwire.wire.udp;

import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.HostPort;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.stream.StreamWire;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// An address at which streams are accepted, and beside it a port for datagrams with a thread that reads them, two for the
/// two addresses of `localhost`.
///
/// Nothing is answered to a datagram that is not of a session, not from the session's address, or not made with its key:
/// it is counted and forgotten. Sessions are issued over the streams alone.
final class UdpListener implements Wire.Listener, FrameHandler {
    private static final int PORT_ATTEMPTS = 20;
    /// Calls of one session at once; a client keeps half of them free.
    private static final int SLOTS = 2048;
    private static final long MIN_KEPT_BYTES = 4 << 20;
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final UdpWire wire;
    private final FrameHandler handler;
    private final Connections connections = new Connections();
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final StreamWire streams;
    private final Wire.Listener accepting;
    private final List<DatagramPort> ports;
    private volatile boolean closed;

    /// Binds both.
    ///
    /// @throws ConfigurationException if that can't be; nothing stays half open
    @SuppressWarnings("this-escape")
    UdpListener(UdpWire wire, String address, FrameHandler handler) {
        this.wire = wire;
        this.handler = handler;
        this.streams = new StreamWire(wire.settings(), new Companion(wire.settings(), connections));
        Bound bound = bindBoth(address);
        this.accepting = bound.accepting();
        this.ports = bound.ports();
        for (DatagramPort port : ports) {
            readers.incrementAndGet();
            Thread.ofPlatform().daemon().name("shortwire-udp-datagrams").start(() -> read(port));
        }
    }

    /// What belongs to an address.
    private record Bound(Wire.Listener accepting, List<DatagramPort> ports) {}

    /// A port that was free for streams may be taken for datagrams: then it is another's turn.
    private Bound bindBoth(String address) {
        for (int attempt = 1;; attempt++) {
            Wire.Listener listening = listen(address);
            try {
                return new Bound(listening, bind(listening.endpoint().address()));
            } catch (IOException e) {
                listening.close();
                boolean isFree = address.isEmpty() || address.endsWith(":0");
                if (!isFree || !(e instanceof BindException) || attempt == PORT_ATTEMPTS) {
                    streams.close();
                    throw new ConfigurationException("can't listen for datagrams at udp address " + address + ": "
                            + e.getMessage() + "; choose a port that is free for tcp and for udp");
                }
            }
        }
    }

    private Wire.Listener listen(String address) {
        try {
            return streams.listen(address, this);
        } catch (ConfigurationException e) {
            streams.close();
            throw new ConfigurationException("udp address \"" + address + "\" can't be taken: " + e.getMessage());
        }
    }

    /// Ports for datagrams of one number, for TCP the stream's.
    private List<DatagramPort> bind(String address) throws IOException {
        List<DatagramPort> bound = new ArrayList<>();
        int number = address.startsWith(Companion.UNIX) ? 0 : HostPort.parse(address).port();
        try {
            for (String host : Companion.bindHosts(address)) {
                bound.add(wire.openPort(new HostPort(host, 0).resolve(), number));
            }
            return bound;
        } catch (IOException e) {
            bound.forEach(DatagramPort::close);
            throw e;
        }
    }

    // ---- datagrams

    private void read(DatagramPort port) {
        byte[] datagram = new byte[Packet.LOOPBACK_BYTES + 1];
        byte[] opened = new byte[Packet.LOOPBACK_BYTES];
        try {
            while (!closed) {
                take(datagram, port.receive(datagram), port, opened);
            }
        } catch (IOException e) {
            if (!closed) {
                wire.faults().warn("receive", "stopped receiving datagrams at " + endpoint()
                        + "; calls go over the streams", e);
            }
        } finally {
            readers.decrementAndGet();
        }
    }

    private void take(byte[] datagram, int length, DatagramPort port, byte[] opened) {
        if (length < Packet.OVERHEAD_BYTES || length > Packet.LOOPBACK_BYTES) {
            wire.drops().count(DropCounts.Reason.LENGTH);
            return;
        }
        ServerSession session = connections.session(Opener.sessionId(datagram));
        if (session == null) {
            wire.drops().count(DropCounts.Reason.UNKNOWN_SESSION);
            return;
        }
        try {
            session.take(datagram, length, port, opened, wire.nanoTime());
        } catch (RuntimeException fault) {
            wire.faults().warn("datagram", "a datagram could not be dealt with", fault);
        }
    }

    // ---- what comes over the streams

    @Override
    public void onCall(Frame request, Caller caller, long deadlineNanos, Replier replier) {
        switch (request.kind()) {
            case Greeting.OPEN -> replier.reply(issue(request, caller).frame(issuer()));
            case Greeting.CONTINUE -> goOn(request, caller, deadlineNanos, replier);
            default -> handler.onCall(request, caller, deadlineNanos, replier);
        }
    }

    @Override
    public void onSend(Frame message, Caller caller) {
        handler.onSend(message, caller);
    }

    /// With certificates a reply is believed only under a name that the listener's has.
    private Sender issuer() {
        Tls tls = wire.settings().tls();
        return Greeting.issuer(tls == null ? "" : tls.self().principal());
    }

    private Greeting.Session issue(Frame request, Caller caller) {
        try {
            Greeting.Open open = Greeting.Open.read(request);
            InetAddress host = Companion.host(caller.address());
            int longest = Math.clamp(wire.settings().maxFrameBytes(), Packet.MIN_BYTES,
                    host.isLoopbackAddress() ? Packet.LOOPBACK_BYTES : Packet.NETWORK_BYTES);
            Greeting.Session issued = new Greeting.Session(random.nextLong(), ports.getFirst().number(),
                    Math.min(longest, open.maxDatagramBytes()), SLOTS, Keys.random(random), Keys.random(random));
            connections.add(caller.address(), new ServerSession(issued, caller.address(), request.sender(), caller,
                    new InetSocketAddress(host, open.port()), open.maxFrameBytes(),
                    Math.max(MIN_KEPT_BYTES, 2L * wire.settings().maxFrameBytes()), maxUnanswered(), wire.limits(),
                    handler, wire.faults(), wire.drops()));
            sweepLater();
            return issued;
        } catch (FrameException | IOException e) {
            throw new IllegalArgumentException(caller.address() + " asked for a session: " + e.getMessage(), e);
        }
    }

    /// As many as a stream's listener takes: several times what a client has under way, which may have given up others.
    private int maxUnanswered() {
        return Math.min(wire.settings().maxCallsInFlight(), Integer.MAX_VALUE / 8) * 4 + 1024;
    }

    /// Runs the request unless it has run or runs, and answers over the stream.
    private void goOn(Frame around, Caller caller, long deadlineNanos, Replier replier) {
        Greeting.Continued continued;
        try {
            continued = Greeting.Continued.read(around);
        } catch (FrameException e) {
            throw new IllegalArgumentException(caller.address() + " goes on with no request: " + e.getMessage(), e);
        }
        ServerSession session = connections.session(continued.sessionId(), caller.address());
        Frame request = continued.request();
        if (session == null || !session.continueOnStream(continued.callId(), request, deadlineNanos, replier)) {
            handler.onCall(request, caller, deadlineNanos, replier);
        }
    }

    /// Kept replies are dropped when nobody can ask for them any more, as long as there are sessions.
    private void sweepLater() {
        if (!closed && sweeping.compareAndSet(false, true)) {
            wire.settings().scheduler().schedule(SWEEP_NANOS, () -> {
                connections.forgetReplies(wire.nanoTime());
                sweeping.set(false);
                if (connections.size() > 0) {
                    sweepLater();
                }
            });
        }
    }

    // ---- the end

    @Override
    public Endpoint endpoint() {
        return accepting.endpoint();
    }

    /// Number of the port for datagrams.
    int datagramPort() {
        return ports.getFirst().number();
    }

    Connections connections() {
        return connections;
    }

    /// Waits for the threads of its streams, for a bounded time.
    @Override
    public void close() {
        closed = true;
        accepting.close();
        ports.forEach(DatagramPort::close);
        wire.forget(this);
        streams.close();
    }

    /// Whether no thread reads any more.
    boolean isQuiet() {
        return readers.get() == 0;
    }
}
