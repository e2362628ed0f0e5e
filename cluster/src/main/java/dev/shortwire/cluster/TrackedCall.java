package dev.shortwire.cluster;

import dev.shortwire.wire.Link;
import org.jspecify.annotations.Nullable;

/// A call over a line that the node keeps an eye on until it has ended ([ClusterNode#track]).
public abstract class TrackedCall implements Link.CallOutcome {
    /// Written by whoever tracks it, before it is handed over; read by the watch alone.
    @Nullable
    TrackedCall next;

    /// The line that it was sent over.
    public abstract Line line();

    /// When it was sent, on the node's clock.
    public abstract long startedNanos();

    /// Whether nobody waits for it any more. From then on it must hold nothing large: the watch lets go of it a moment
    /// later.
    public abstract boolean isOver();

    /// Its line has been silent since it was sent and longer than an answer takes there, or was left for another one.
    /// Called again and again, by one thread at a time, while that is so.
    ///
    /// @param nowNanos on the node's clock
    public abstract void unheard(long nowNanos);

    /// It has not ended, although its line works. Called as [#unheard], instead of it.
    public abstract void waiting(long nowNanos);
}
