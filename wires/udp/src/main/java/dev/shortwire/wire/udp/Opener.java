package dev.shortwire.wire.udp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/// Decrypts the packets of one direction and drops what is forged or came before. Guarded by its own lock.
final class Opener {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final Keys keys;
    private final DropCounts drops;

    @GuardedBy("this")
    private final Cipher cipher = Sealer.cipher();

    @GuardedBy("this")
    private final byte[] nonce;

    @GuardedBy("this")
    private final ReplayWindow window = new ReplayWindow();

    private volatile long greatest;

    Opener(Keys keys, DropCounts drops) {
        this.keys = keys;
        this.drops = drops;
        this.nonce = keys.nonce();
    }

    /// The id of the session that a datagram says it is of.
    static long sessionId(byte[] datagram) {
        return (long) LONG.get(datagram, 0);
    }

    /// The greatest number that an authentic packet had.
    long greatest() {
        return greatest;
    }

    /// The items of a datagram of this session.
    ///
    /// @param length of the datagram, [Packet#OVERHEAD_BYTES] or more
    /// @param target gets them from its beginning; has as much room
    /// @return how many bytes they are, -1 if the datagram is to be dropped, which has been counted
    synchronized int open(byte[] datagram, int length, byte[] target) {
        long number = (long) LONG.get(datagram, Long.BYTES);
        LONG.set(nonce, Keys.SALT_BYTES, number);
        int count;
        try {
            cipher.init(Cipher.DECRYPT_MODE, keys.key(), new GCMParameterSpec(Sealer.TAG_BITS, nonce));
            cipher.updateAAD(datagram, 0, Packet.HEADER_BYTES);
            count = cipher.doFinal(datagram, Packet.HEADER_BYTES, length - Packet.HEADER_BYTES, target, 0);
        } catch (AEADBadTagException e) {
            drops.count(DropCounts.Reason.FORGED);
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a packet could not be decrypted", e);
        }
        if (!window.take(number)) {
            drops.count(DropCounts.Reason.REPLAYED);
            return -1;
        }
        if (number > greatest) {
            greatest = number;
        }
        return count;
    }
}
