package dev.shortwire.wire.udp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/// Numbers and encrypts the packets of one direction. No number is used twice, and none beyond the limit. Confined to
/// whoever sends at the time; [#sealed] may be asked by anybody.
final class Sealer {
    static final String ALGORITHM = "AES/GCM/NoPadding";
    static final int TAG_BITS = 8 * Packet.TAG_BYTES;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final long sessionId;
    private final Keys keys;
    private final long maxPackets;
    private final Cipher cipher;
    private final byte[] nonce;
    private volatile long next;

    Sealer(long sessionId, Keys keys, long maxPackets) {
        this.sessionId = sessionId;
        this.keys = keys;
        this.maxPackets = maxPackets;
        this.cipher = cipher();
        this.nonce = keys.nonce();
    }

    static Cipher cipher() {
        try {
            return Cipher.getInstance(ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /// How many packets were numbered.
    long sealed() {
        return next;
    }

    /// Makes a datagram of `length` bytes of `items`, which begin at `from`.
    ///
    /// @param target gets it from its beginning; has room for [Packet#OVERHEAD_BYTES] more than `length`
    /// @return length of the datagram, 0 if the keys are used up
    int seal(byte[] items, int from, int length, byte[] target) {
        long number = next;
        if (number >= maxPackets) {
            return 0;
        }
        next = number + 1;
        LONG.set(target, 0, sessionId);
        LONG.set(target, Long.BYTES, number);
        LONG.set(nonce, Keys.SALT_BYTES, number);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, keys.key(), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(target, 0, Packet.HEADER_BYTES);
            return Packet.HEADER_BYTES + cipher.doFinal(items, from, length, target, Packet.HEADER_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a packet could not be encrypted", e);
        }
    }
}
