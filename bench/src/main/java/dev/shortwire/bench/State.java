package dev.shortwire.bench;

import java.util.Locale;

/// What else goes on while calls are measured, and how they follow each other.
enum State {
    /// Both processes share one processor; calls one after the other.
    PINNED,
    /// The processors are free; calls one after the other, back to back.
    AWAKE,
    /// A call every [Slicer#PERIOD_NANOS]; in between both sides have time to fall asleep.
    PACED,
    /// Two other processes are busy; calls one after the other, back to back.
    CROWDED,
    /// Many calls under way by the asynchronous API, from one issuer.
    PIPELINED;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
