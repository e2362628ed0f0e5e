package dev.shortwire.bench;

import java.io.IOException;

/// The answering side of a measurement, wherever it runs.
interface Backend extends AutoCloseable {
    /// Has a wire listen at an address of its own choice, and returns that.
    String listen(String wire, boolean spin) throws IOException;

    /// Starts the server of a bare loop, and returns where it is reached.
    String floor(String name) throws IOException;

    /// Starts a node that owns a key and has its value, see [CacheExchange], and returns where the wire reaches it.
    String node(String wire) throws IOException;

    /// What it has used up so far.
    Meters used() throws IOException;

    /// The same and what it holds, after garbage was collected.
    Meters held() throws IOException;

    @Override
    void close();
}
