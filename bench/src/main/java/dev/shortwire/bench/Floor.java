package dev.shortwire.bench;

import java.io.IOException;

/// A bare loop over a primitive of the system, what a wire over the same primitive is measured against. It does the same
/// work (a request of 16 bytes, a reply of the size asked) and nothing else: no frames, no deadlines, no threads beside
/// the two that talk. Where many calls are under way, requests and replies are written in batches as they are read.
interface Floor {
    /// What it is called in the results.
    String name();

    /// Starts the server's side. Its threads sleep while nobody calls.
    ///
    /// @throws IOException if this machine can't have it
    Server serve() throws IOException;

    /// Opens the client's side.
    ///
    /// @param address what [Server#address()] says in the other process
    Exchange connect(String address) throws IOException;

    /// A running server's side.
    interface Server extends AutoCloseable {
        /// Where to connect; one line of text.
        String address();

        @Override
        void close();
    }
}
