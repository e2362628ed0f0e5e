package dev.shortwire.cluster;

import dev.shortwire.wire.Link;

/// What a [LinkChoice] wants done outside. None of it blocks or calls the choice back before the event is over.
interface LinkEffects {
    /// Opens a link for the lane; the outcome comes back as an event.
    void connect(Lane lane);

    void close(Link link);

    /// Asks over the line who is there; the outcome comes back as an event with that number.
    void ping(Lane lane, Line line, long number);

    /// Another line is chosen, or stands by, or the peer fell silent or spoke again.
    void changed();

    /// All lanes were tried in vain.
    ///
    /// @param gone whether that proves that the process is gone
    void unreachable(boolean gone);

    /// One line for people: another wire is in use, and why.
    ///
    /// @param worse whether a better one that both have does not work
    void told(String what, boolean worse);
}
