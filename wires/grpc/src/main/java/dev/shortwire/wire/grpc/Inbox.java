package dev.shortwire.wire.grpc;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// Where one stream's messages are read from: they lie in pieces in the transport's buffers, and are put together here.
/// Confined to the event loop.
final class Inbox {
    private static final int FIRST_BYTES = 4 * 1024;
    private static final int KEPT_BYTES = 256 * 1024;

    private byte[] scratch = new byte[FIRST_BYTES];

    /// The bytes of a message that has arrived as a whole. Good until the next one.
    ByteBuffer read(InputStream message) throws IOException {
        int length = message.available();
        if (length > scratch.length) {
            byte[] larger = new byte[length <= KEPT_BYTES ? Math.min(KEPT_BYTES, Math.max(length, 2 * scratch.length))
                    : length];
            if (length <= KEPT_BYTES) {
                scratch = larger;
            }
            return fill(message, larger, length);
        }
        return fill(message, scratch, length);
    }

    private static ByteBuffer fill(InputStream message, byte[] target, int length) throws IOException {
        if (message.readNBytes(target, 0, length) < length) {
            throw new EOFException("a message of " + length + " bytes ends early");
        }
        return ByteBuffer.wrap(target, 0, length);
    }
}
