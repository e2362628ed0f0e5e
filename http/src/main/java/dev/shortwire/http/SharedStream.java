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

    /// What is known of the response before its body.
    record Head(int status, Headers headers, long length) {}

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
