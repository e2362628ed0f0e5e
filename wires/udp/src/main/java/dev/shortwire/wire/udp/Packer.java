package dev.shortwire.wire.udp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameEncoder;
import dev.shortwire.wire.stream.FaultLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Packs what goes out over one direction of a session into datagrams, encrypts and sends them.
///
/// **Combining.** An item is appended under a short lock. Who finds nobody sending becomes the sender: it takes the packet,
/// encrypts and sends it without the lock, and looks again; so what is appended meanwhile shares the next datagram, and
/// nobody waits for a system call of another.
///
/// **Bursts.** The thread that takes a datagram apart announces a burst. What this causes to be sent is left to its end, or
/// until [#FRAMES_PER_PACKET] have gathered, so that the peer begins with them before the rest is there. No item is left
/// behind: the mark is lowered under the lock, so an appender sees it and was before, and its item is found; or it does
/// not, and sends.
///
/// A sender may wait for the kernel to take a datagram, which it does at the speed of the network. What is more than
/// [#MAX_WAITING] packets is dropped meanwhile: what mattered is asked for again.
///
/// Lock order: the lock is the last one; nothing is called while it is held.
final class Packer {
    private static final int FRAMES_PER_PACKET = 16;
    private static final int MAX_WAITING = 256;
    private static final int MAX_SPARE = 4;

    private final Sealer sealer;
    private final int maxItemBytes;
    private final FaultLog faults;
    private final DropCounts drops;
    /// Of the sender.
    private final byte[] datagram;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final FrameEncoder encoder = new FrameEncoder();

    @GuardedBy("lock")
    private ByteBuffer filling;

    /// Full packets, oldest first.
    @GuardedBy("lock")
    private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private final ArrayDeque<ByteBuffer> spare = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean sending;

    @GuardedBy("lock")
    private boolean burst;

    @GuardedBy("lock")
    private int framesOfBurst;

    private volatile @Nullable DatagramPort port;
    private final InetSocketAddress target;

    /// @param port             what to send with; null: not known yet
    /// @param maxDatagramBytes [Packet#MIN_BYTES] or more
    Packer(Sealer sealer, @Nullable DatagramPort port, InetSocketAddress target, int maxDatagramBytes, FaultLog faults,
            DropCounts drops) {
        this.sealer = sealer;
        this.port = port;
        this.target = target;
        this.maxItemBytes = maxDatagramBytes - Packet.OVERHEAD_BYTES;
        this.faults = faults;
        this.drops = drops;
        this.datagram = new byte[maxDatagramBytes];
        this.filling = ByteBuffer.allocate(maxItemBytes);
    }

    /// From now on sends with that port.
    void use(DatagramPort newPort) {
        if (port != newPort) {
            port = newPort;
        }
    }

    /// Longest frame that a datagram has room for.
    int maxFrameBytes() {
        return maxItemBytes - Packet.FRAME_ITEM_BYTES;
    }

    /// Sends a frame of `length` bytes, [#maxFrameBytes] at most, now or with the next ones.
    void frame(byte kind, Frame frame, int length, long callId, long remainingMicros) {
        synchronized (lock) {
            ByteBuffer items = room(Packet.FRAME_ITEM_BYTES + length);
            items.put(kind).putInt(length);
            encoder.encode(frame, callId, remainingMicros, items);
            if (!starts()) {
                return;
            }
        }
        send();
    }

    /// Sends a word about a call.
    void note(byte kind, long callId) {
        synchronized (lock) {
            room(Packet.NOTE_BYTES).put(kind).putLong(callId);
            if (!starts()) {
                return;
            }
        }
        send();
    }

    /// How many zeros make a ping a datagram of full length.
    int mostZeros() {
        return maxItemBytes - Packet.PING_BYTES;
    }

    /// Tries the path, or answers who does.
    void ping(byte kind, int zeros) {
        synchronized (lock) {
            ByteBuffer items = room(Packet.PING_BYTES + zeros);
            items.put(kind).putShort((short) zeros).put(new byte[zeros]);
            if (!starts()) {
                return;
            }
        }
        send();
    }

    /// The reading thread is about to take a datagram apart.
    void beginBurst() {
        synchronized (lock) {
            burst = true;
        }
    }

    /// It has done so; what was left for it goes out.
    void endBurst() {
        synchronized (lock) {
            burst = false;
            framesOfBurst = 0;
            if (sending || filling.position() == 0 && waiting.isEmpty()) {
                return;
            }
            sending = true;
        }
        send();
    }

    /// Whether something waits for the end of the burst.
    boolean isWaiting() {
        synchronized (lock) {
            return !sending && filling.position() > 0;
        }
    }

    @GuardedBy("lock")
    private ByteBuffer room(int bytes) {
        if (filling.remaining() < bytes) {
            if (waiting.size() < MAX_WAITING) {
                waiting.add(filling);
                ByteBuffer kept = spare.poll();
                filling = kept != null ? kept : ByteBuffer.allocate(maxItemBytes);
            } else {
                drops.count(DropCounts.Reason.UNSENT);
                filling.clear();
            }
        }
        return filling;
    }

    /// Whether whoever has appended an item is to send, now.
    @GuardedBy("lock")
    private boolean starts() {
        if (sending || burst && ++framesOfBurst < FRAMES_PER_PACKET && waiting.isEmpty()) {
            return false;
        }
        framesOfBurst = 0;
        sending = true;
        return true;
    }

    /// Sends all that there is. The caller has set `sending`.
    private void send() {
        ByteBuffer sent = null;
        while (true) {
            ByteBuffer items;
            synchronized (lock) {
                if (sent != null && spare.size() < MAX_SPARE) {
                    spare.add(sent.clear());
                }
                items = waiting.poll();
                if (items == null) {
                    if (filling.position() == 0) {
                        sending = false;
                        return;
                    }
                    items = filling;
                    ByteBuffer kept = spare.poll();
                    filling = kept != null ? kept : ByteBuffer.allocate(maxItemBytes);
                }
            }
            send(items);
            sent = items;
        }
    }

    private void send(ByteBuffer items) {
        DatagramPort with = port;
        int length = with == null ? 0 : sealer.seal(items.array(), items.arrayOffset(), items.position(), datagram);
        if (with == null || length == 0) {
            drops.count(DropCounts.Reason.UNSENT);
            return;
        }
        try {
            with.send(datagram, length, target);
        } catch (IOException e) {
            drops.count(DropCounts.Reason.UNSENT);
            faults.info("unsent", "a datagram to " + target + " could not be sent: " + e.getMessage());
        }
    }
}
