package dev.shortwire.wire.udp;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// Key and salt of one direction of a session. Immutable; prints nothing of itself.
final class Keys {
    static final int KEY_BYTES = 16;
    static final int SALT_BYTES = 4;
    static final int BYTES = KEY_BYTES + SALT_BYTES;

    private final SecretKey key;
    private final int salt;

    private Keys(SecretKey key, int salt) {
        this.key = key;
        this.salt = salt;
    }

    static Keys random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return read(ByteBuffer.wrap(bytes));
    }

    /// Reads [#BYTES] of `source`.
    static Keys read(ByteBuffer source) {
        byte[] key = new byte[KEY_BYTES];
        source.get(key);
        return new Keys(new SecretKeySpec(key, "AES"), source.getInt());
    }

    void write(ByteBuffer target) {
        target.put(key.getEncoded()).putInt(salt);
    }

    SecretKey key() {
        return key;
    }

    /// A nonce whose last 8 bytes are still to be set.
    byte[] nonce() {
        return ByteBuffer.allocate(SALT_BYTES + Long.BYTES).putInt(salt).array();
    }

    @Override
    public String toString() {
        return "***";
    }
}
