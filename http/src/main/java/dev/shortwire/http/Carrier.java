package dev.shortwire.http;

/// What carries a call: a connection, or a stream of one. Confined to the pool's event loop.
interface Carrier {
    /// The call was given up; its answer would still come.
    void giveUp();
}
