package dev.shortwire.http;

import org.jspecify.annotations.Nullable;

/// A call on its way over a [SharedConnection]. Confined to the event loop.
final class SharedStream implements Carrier {
    final int id;
    final PooledCall call;
    private final SharedConnection connection;
    @Nullable
    Head head;
    @Nullable
    BodyBuffer body;

    /// Bytes of padding that the window of this stream has lost.
    int padding;

    /// What is known of the response before its body.
    ///
    /// @param length of the body as it is told, or one of the constants
    record Head(int status, Headers headers, long length) {
        static final long UNTOLD = -1;
        static final long CONTRADICTORY = -2;

        /// Whether a body of so many bytes belongs to this head. That a thing has not changed is told with the length which
        /// it has, and without a body (RFC 9110, section 8.6).
        boolean mayHave(int bytes) {
            return length == bytes || length == UNTOLD || status == 304 && bytes == 0;
        }
    }

    SharedStream(SharedConnection connection, int id, PooledCall call) {
        this.connection = connection;
        this.id = id;
        this.call = call;
    }

    @Override
    public void giveUp() {
        connection.reset(this);
    }
}
