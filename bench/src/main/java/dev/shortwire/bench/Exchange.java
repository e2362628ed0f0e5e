package dev.shortwire.bench;

import java.io.IOException;

/// One way to send requests of 16 bytes to the other process and get replies: a wire of ours, or a bare loop over a
/// primitive. The client's side. Confined to one thread, but for what its own threads do.
interface Exchange extends AutoCloseable {
    /// What it is called in the results.
    String name();

    /// Chooses what the replies carry from now on.
    void ask(Body body);

    /// Makes both sides ready for calls that come soon; a spinning server starts to spin.
    default void wake() throws IOException {}

    /// The opposite of [#wake]: whoever waits now sleeps.
    default void rest() throws IOException {}

    /// One call: returns when its reply has been taken.
    ///
    /// @throws IOException if it failed
    void call() throws IOException;

    /// Calls with up to `outstanding` of them under way at any time, until `untilNanos` on this process's clock; returns
    /// when all are answered.
    ///
    /// @param sampled gets the durations of some calls, in nanoseconds
    /// @return the number of calls
    /// @throws IOException if one failed
    long pipeline(int outstanding, long untilNanos, Histogram sampled) throws IOException;

    /// How many calls to time together, where one is over before a clock is read.
    default int callsPerStamp() {
        return 1;
    }

    @Override
    void close();
}
