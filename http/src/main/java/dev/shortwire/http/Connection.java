package dev.shortwire.http;

/// An open connection of a server. Any thread.
interface Connection {
    /// The server closes: ends at once where nothing is owed, else after the answers.
    void drain();

    void closeNow();
}
