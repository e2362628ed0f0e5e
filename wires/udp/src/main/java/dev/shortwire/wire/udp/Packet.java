package dev.shortwire.wire.udp;

/// Layout of a datagram and of what it carries. All numbers are big-endian; `docs/protocol.md` has the same tables.
///
/// ```
/// offset length
///      0      8 id of the session
///      8      8 number of the packet, which counts from 0 in each direction
///     16      n items, encrypted by AES-128-GCM; the 16 bytes before are authenticated with them
///   16+n     16 tag
///
/// item: 1 byte kind, then
///   REQUEST, REPLY, LATE_REPLY: 4 bytes length, a frame; its correlation id is the call id
///   PENDING, ON_STREAM:         8 bytes call id
///   PING, PONG:                 2 bytes length, as many zeros
/// ```
///
/// The nonce is the direction's salt, 4 bytes, and the number of the packet.
final class Packet {
    static final int HEADER_BYTES = 16;
    static final int TAG_BYTES = 16;
    static final int OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES;

    /// Longest datagram between hosts: what passes everywhere without being cut (RFC 9000, section 14.1).
    static final int NETWORK_BYTES = 1200;
    /// Longest datagram within a host, whose loopback takes 65,536 bytes in one piece. Longer ones would save little more,
    /// and wait longer for their last request before the peer can begin with the first.
    static final int LOOPBACK_BYTES = 16 * 1024;
    /// Shortest limit that a peer may have for a datagram.
    static final int MIN_BYTES = 512;

    static final byte REQUEST = 1;
    static final byte REPLY = 2;
    /// A reply that its handler gave after it had returned: it says nothing about the network.
    static final byte LATE_REPLY = 3;
    /// The request has arrived and is being worked at.
    static final byte PENDING = 4;
    /// The reply is too long for a datagram, or no longer at hand.
    static final byte ON_STREAM = 5;
    static final byte PING = 6;
    static final byte PONG = 7;

    static final int FRAME_ITEM_BYTES = 5;
    static final int NOTE_BYTES = 9;
    static final int PING_BYTES = 3;

    private Packet() {}
}
