package dev.shortwire.wire.udp;

import java.util.concurrent.TimeUnit;

/// How long the keys of a session serve.
///
/// The AEAD's own bound is far away: nonces are counters that never repeat, and RFC 9001, section 6.6, allows 2^23 packets
/// under one AES-GCM key before an observer has an advantage worth mentioning. Forged packets are bounded by 2^52 there,
/// more than a network carries in a session's life.
///
/// @param renewAtPackets  after how many packets in one direction the client asks for other keys, 1 or more
/// @param maxPackets      after how many packets in one direction nothing more is sent, more than `renewAtPackets`
/// @param renewAfterNanos after what time the client asks for other keys
record SessionLimits(long renewAtPackets, long maxPackets, long renewAfterNanos) {
    static final SessionLimits DEFAULT = new SessionLimits(1 << 22, 1 << 23, TimeUnit.HOURS.toNanos(1));
}
