package dev.shortwire.wire.udp;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireSettings;
import dev.shortwire.wire.stream.FaultLog;
import dev.shortwire.wire.stream.StreamWire;
import dev.shortwire.wire.stream.VouchedLink;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A wire of streams that carries small repeatable calls as datagrams. Every link is a stream, and by itself does all that a
/// link promises; datagrams are a shorter way that some of its calls take. When the stream ends, so does the link.
final class UdpWire implements Wire {
    private static final int OWN_CALLS = 8;
    private static final int MOST_CALLS = 1 << 24;
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final WireSettings settings;
    private final SessionLimits limits;
    private final DatagramPort.Opening opening;
    private final FaultLog faults = new FaultLog(UdpWireProvider.NAME);
    private final DropCounts drops = new DropCounts(faults);
    private final StreamWire streams;
    private final Timekeeper timekeeper;
    private final Set<UdpLink> links = ConcurrentHashMap.newKeySet();
    /// Links that are down and may still have a thread.
    private final Set<UdpLink> ended = ConcurrentHashMap.newKeySet();
    private final Set<UdpListener> listeners = ConcurrentHashMap.newKeySet();
    /// Listeners that are closed and may still have a thread.
    private final Set<UdpListener> closing = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// @param opening where ports for datagrams come from
    UdpWire(WireSettings settings, SessionLimits limits, DatagramPort.Opening opening) {
        this.settings = settings;
        this.limits = limits;
        this.opening = opening;
        this.streams = new StreamWire(withRoom(settings), new Companion(settings, null));
        this.timekeeper = new Timekeeper(this);
    }

    /// The calls of a link are counted here; its stream takes some more, so that asking for a session has room.
    private static WireSettings withRoom(WireSettings settings) {
        return new WireSettings(settings.clock(), settings.scheduler(), settings.maxFrameBytes(),
                Math.addExact(Math.min(settings.maxCallsInFlight(), MOST_CALLS), OWN_CALLS), settings.allowRemote(),
                settings.tls(), settings.spin());
    }

    @Override
    public String name() {
        return UdpWireProvider.NAME;
    }

    @Override
    public Listener listen(String address, FrameHandler handler) {
        require(!closed, "udp wire must be open to listen; create another one");
        UdpListener listener = new UdpListener(this, address, handler);
        listeners.add(listener);
        if (closed) {
            listener.close();
        }
        return listener;
    }

    @Override
    public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
        streams.connect(endpoint, timeoutNanos, new LinkObserver() {
            private volatile @Nullable UdpLink link;

            @Override
            public void opened(Link stream) {
                UdpLink made = new UdpLink(UdpWire.this, (VouchedLink) stream, host(endpoint));
                link = made;
                links.add(made);
                timekeeper.start();
                observer.opened(made);
            }

            @Override
            public void refused(WireFailure failure) {
                observer.refused(failure);
            }

            @Override
            public void closed(Link stream, WireFailure failure) {
                UdpLink made = link;
                if (made != null) {
                    made.goDown();
                    forget(made);
                    observer.closed(made, failure);
                }
            }
        });
    }

    /// Where datagrams go; null where that can't be known, so that none do.
    private @Nullable InetAddress host(Endpoint endpoint) {
        try {
            return Companion.host(endpoint.address());
        } catch (UnknownHostException e) {
            faults.info("host", "no datagrams are sent to " + endpoint + ": " + e.getMessage());
            return null;
        }
    }

    // ---- for the parts

    WireSettings settings() {
        return settings;
    }

    SessionLimits limits() {
        return limits;
    }

    FaultLog faults() {
        return faults;
    }

    DropCounts drops() {
        return drops;
    }

    /// Where its listeners receive datagrams.
    List<Integer> datagramPorts() {
        return listeners.stream().map(UdpListener::datagramPort).toList();
    }

    /// How many sessions its listeners have issued that have not ended.
    int sessions() {
        return listeners.stream().mapToInt(listener -> listener.connections().size()).sum();
    }

    /// Bytes of replies that its listeners keep.
    long keptBytes() {
        return listeners.stream().mapToLong(listener -> listener.connections().keptBytes()).sum();
    }

    Timekeeper timekeeper() {
        return timekeeper;
    }

    Set<UdpLink> links() {
        return links;
    }

    long nanoTime() {
        return settings.clock().nanoTime();
    }

    DatagramPort openPort(InetAddress address, int number) throws IOException {
        return opening.open(address, number);
    }

    /// The address of all interfaces, of the same family as `like`.
    static InetAddress anyAddress(InetAddress like) {
        return InetAddress.ofLiteral(like instanceof Inet6Address ? "::" : "0.0.0.0");
    }

    private void forget(UdpLink link) {
        links.remove(link);
        ended.removeIf(UdpLink::isQuiet);
        ended.add(link);
    }

    void forget(UdpListener listener) {
        closing.removeIf(UdpListener::isQuiet);
        if (listeners.remove(listener)) {
            closing.add(listener);
        }
    }

    @Override
    public void close() {
        closed = true;
        listeners.forEach(UdpListener::close);
        streams.close();
        timekeeper.stop();
        long deadline = System.nanoTime() + CLOSING_NANOS;
        while (System.nanoTime() - deadline < 0 && !isQuiet()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private boolean isQuiet() {
        return timekeeper.hasEnded() && closing.stream().allMatch(UdpListener::isQuiet)
                && ended.stream().allMatch(UdpLink::isQuiet);
    }
}
