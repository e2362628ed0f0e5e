package dev.shortwire.wire.udp;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.stream.FaultLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// The connecting end of a session: its keys, its calls, and whether datagrams of full length pass both ways, which a ping
/// tries before any call relies on it.
final class ClientSession implements Items.Sink {
    /// How many pings stay unanswered before the path is given up.
    static final int MAX_PINGS = 6;

    private final UdpLink link;
    private final long id;
    private final Sender sender;
    private final int maxDatagramBytes;
    private final SessionLimits limits;
    private final long renewNanos;
    private final DropCounts drops;
    private final FaultLog faults;
    private final Sealer sealer;
    private final Opener opener;
    private final Packer packer;
    private final Items items = new Items();
    private final ClientSlots calls;
    /// Of the timekeeper.
    private int pings;
    private long nextPing;
    private volatile boolean retired;
    /// Calls in a row that got no answer while nothing else came either.
    private volatile int silent;

    /// @param sender as whom its calls are sent
    /// @param port   what it sends with
    ClientSession(UdpLink link, Greeting.Session issued, Sender sender, DatagramPort port, InetAddress host,
            UdpWire wire) {
        this.link = link;
        this.id = issued.id();
        this.sender = sender;
        this.maxDatagramBytes = issued.maxDatagramBytes();
        this.limits = wire.limits();
        this.nextPing = wire.nanoTime();
        this.renewNanos = nextPing + limits.renewAfterNanos();
        this.drops = wire.drops();
        this.faults = wire.faults();
        this.sealer = new Sealer(id, issued.toServer(), limits.maxPackets());
        this.opener = new Opener(issued.toClient(), drops);
        this.packer = new Packer(sealer, port, new InetSocketAddress(host, issued.port()), maxDatagramBytes, faults,
                drops);
        this.calls = new ClientSlots(issued.slots());
    }

    UdpLink link() {
        return link;
    }

    long id() {
        return id;
    }

    ClientSlots calls() {
        return calls;
    }

    Packer packer() {
        return packer;
    }

    /// Whether a request of that sender and length may go as a datagram.
    boolean takes(Sender from, int lengthBytes) {
        return lengthBytes <= packer.maxFrameBytes() && isOf(from);
    }

    boolean isOf(Sender from) {
        return from == sender || from.equals(sender);
    }

    Sender sender() {
        return sender;
    }

    /// No call that is made from now on stays here.
    void retire() {
        retired = true;
    }

    boolean isRetired() {
        return retired;
    }

    /// Whether it is time for other keys.
    boolean isOld(long now) {
        return now - renewNanos >= 0 || sealer.sealed() >= limits.renewAtPackets()
                || opener.greatest() >= limits.renewAtPackets();
    }

    /// Sends a call's request, for the first time or again.
    void ask(UdpCall call, long now) {
        long left = Math.max(1, (call.deadlineNanos - now) / 1_000);
        packer.frame(Packet.REQUEST, call.request, call.lengthBytes, call.id, left);
    }

    /// Tries the path, by the timekeeper, until an answer comes.
    ///
    /// @return nanoseconds until the next time; -1: it was tried often enough
    long tryPath(long now) {
        long left = nextPing - now;
        if (left > 0) {
            return left;
        }
        if (pings == MAX_PINGS) {
            return -1;
        }
        long pause = Math.min(Pace.FIRST_NANOS << pings++, Pace.MAX_NANOS);
        nextPing = now + pause;
        packer.ping(Packet.PING, packer.mostZeros());
        return pause;
    }

    /// From now on the path has to be tried again.
    void doubt(long now) {
        pings = 0;
        nextPing = now;
        silent = 0;
    }

    /// A call was asked as often as it may be and got no answer.
    ///
    /// @return how many in a row
    int wasSilent() {
        int count = silent + 1; // by the timekeeper alone; what is lost to a reset in between is only a count
        silent = count;
        return count;
    }

    /// Takes a datagram of this session apart, and begins a burst, which the caller ends. For whoever reads the link.
    void take(byte[] datagram, int length, byte[] opened) {
        if (length > maxDatagramBytes) {
            drops.count(DropCounts.Reason.LENGTH);
            return;
        }
        int count = opener.open(datagram, length, opened);
        if (count < 0) {
            return;
        }
        if (silent != 0) {
            silent = 0;
        }
        packer.beginBurst();
        try {
            items.take(ByteBuffer.wrap(opened, 0, count), this);
        } catch (FrameException e) {
            drops.count(DropCounts.Reason.MALFORMED);
            faults.info("malformed", "a datagram of " + link.endpoint() + " can't be read: " + e.getMessage());
        }
    }

    @Override
    public void frame(byte kind, Frame frame, long callId, long remainingMicros) {
        UdpCall call = kind == Packet.REQUEST ? null : calls.get(callId);
        if (call != null) {
            link.replied(call, frame, kind == Packet.REPLY);
        }
    }

    @Override
    public void note(byte kind, long callId) {
        UdpCall call = calls.get(callId);
        if (call != null) {
            if (kind == Packet.PENDING) {
                link.isPending(call);
            } else {
                link.move(call);
            }
        }
    }

    @Override
    public void ping(byte kind, int zeros) {
        if (kind == Packet.PONG && zeros == packer.mostZeros()) {
            link.pathWorks(this);
        }
    }
}
