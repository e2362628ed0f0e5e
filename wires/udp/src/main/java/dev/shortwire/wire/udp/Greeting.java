package dev.shortwire.wire.udp;

import dev.shortwire.Bytes;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/// The wire's own messages over the stream, which is authenticated: asking for a session, issuing it, and going on with a
/// call there. Stateless.
final class Greeting {
    /// Kind of a fault, as on every stream.
    static final int FAULT = 1;
    /// Reasons of a fault, likewise.
    private static final int HANDLER_FAILED = 1;
    private static final int BUSY = 3;
    static final int OPEN = 2;
    static final int SESSION = 3;
    static final int CONTINUE = 4;

    /// Of the frame around a request that goes on over the stream, besides the request and its sender's name.
    static final int CONTINUE_BYTES = FrameCodec.HEADER_BYTES + 2 * Long.BYTES;

    private static final Sender NOBODY = issuer("");

    private Greeting() {}

    /// What a client asks for.
    ///
    /// @param port             where it receives datagrams, on the address from which its stream comes
    /// @param maxDatagramBytes longest datagram that it takes, [Packet#MIN_BYTES] to 65,535
    /// @param maxFrameBytes    longest reply that it takes
    record Open(int port, int maxDatagramBytes, int maxFrameBytes) {
        Frame frame(Sender sender) {
            ByteBuffer bytes = ByteBuffer.allocate(8).putShort((short) port).putShort((short) maxDatagramBytes)
                    .putInt(maxFrameBytes);
            return Frame.of(OPEN, sender).payload(Bytes.adopt(bytes.array())).build();
        }

        static Open read(Frame frame) throws FrameException {
            try {
                ByteBuffer bytes = frame.payload().asByteBuffer();
                Open read = new Open(bytes.getShort() & 0xffff, bytes.getShort() & 0xffff, bytes.getInt());
                if (read.port == 0 || read.maxDatagramBytes < Packet.MIN_BYTES || read.maxFrameBytes < 1024) {
                    throw new FrameException("a session was asked for with " + read);
                }
                return read;
            } catch (BufferUnderflowException e) {
                throw new FrameException("a session was asked for with too few bytes");
            }
        }
    }

    /// What it gets.
    ///
    /// @param id               random
    /// @param port             where the server receives datagrams
    /// @param maxDatagramBytes longest datagram in both directions
    /// @param slots            how many calls there may be at once, a power of two
    /// @param toServer         keys of what the client sends
    /// @param toClient         keys of what the server sends
    record Session(long id, int port, int maxDatagramBytes, int slots, Keys toServer, Keys toClient) {
        /// @param sender who issues it
        Frame frame(Sender sender) {
            ByteBuffer bytes = ByteBuffer.allocate(16 + 2 * Keys.BYTES).putLong(id).putShort((short) port)
                    .putShort((short) maxDatagramBytes).putInt(slots);
            toServer.write(bytes);
            toClient.write(bytes);
            return Frame.of(SESSION, sender).payload(Bytes.adopt(bytes.array())).build();
        }

        /// @param longestDatagramBytes that was asked for
        static Session read(Frame frame, int longestDatagramBytes) throws FrameException {
            try {
                ByteBuffer bytes = frame.payload().asByteBuffer();
                Session read = new Session(bytes.getLong(), bytes.getShort() & 0xffff, bytes.getShort() & 0xffff,
                        bytes.getInt(), Keys.read(bytes), Keys.read(bytes));
                if (frame.kind() != SESSION || read.port == 0 || read.maxDatagramBytes < Packet.MIN_BYTES
                        || read.maxDatagramBytes > longestDatagramBytes || Integer.bitCount(read.slots) != 1
                        || read.slots < ClientSlots.FEWEST || read.slots > ClientSlots.MOST) {
                    throw new FrameException("a session was issued with " + read);
                }
                return read;
            } catch (BufferUnderflowException e) {
                throw new FrameException("a session was issued with too few bytes");
            }
        }
    }

    /// A call that began as a datagram and goes on over the stream.
    ///
    /// @param sessionId of the session that it began in, which may have ended
    /// @param callId    which it has there
    /// @param request   all of it, since the datagram may not have arrived
    record Continued(long sessionId, long callId, Frame request) {
        Frame frame() {
            int length = FrameCodec.encodedLength(request);
            ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES + length).putLong(sessionId).putLong(callId);
            FrameCodec.encode(request, callId, 0, bytes);
            return Frame.of(CONTINUE, request.sender()).payload(Bytes.adopt(bytes.array())).build();
        }

        static Continued read(Frame frame) throws FrameException {
            try {
                ByteBuffer bytes = frame.payload().asByteBuffer();
                Continued read = new Continued(bytes.getLong(), bytes.getLong(), FrameCodec.decode(bytes).frame());
                if (!read.request.sender().equals(frame.sender())) {
                    throw new FrameException("a request goes on under another sender's name");
                }
                return read;
            } catch (BufferUnderflowException e) {
                throw new FrameException("a request goes on with too few bytes");
            }
        }
    }

    /// Who issues sessions: a wire knows no node, and of the node's names those in its certificate.
    ///
    /// @param name one that its certificate has, empty where there is none
    static Sender issuer(String name) {
        return new Sender(0, 0, name, 0);
    }

    /// The wire's own reply where the handler threw.
    static Frame handlerFailed() {
        return fault(HANDLER_FAILED);
    }

    /// The wire's own reply where too many calls wait for theirs; the request did not run.
    static Frame busy() {
        return fault(BUSY);
    }

    private static Frame fault(int reason) {
        return Frame.of(FAULT, NOBODY).hopsLeft(0).level(reason).build();
    }

    /// What the wire's own reply means to the caller. A reason that is not known is one of a newer peer.
    static WireFailure failure(Frame fault, Endpoint peer) {
        if (fault.level() == BUSY) {
            return new WireFailure(Cause.BUSY, Happened.NO, "too many calls over this link wait for " + peer
                    + "; slow down, or raise wire.max-calls-in-flight there");
        }
        return new WireFailure(Cause.CORRUPT, Happened.PERHAPS, "the peer's handler at " + peer + " failed");
    }
}
