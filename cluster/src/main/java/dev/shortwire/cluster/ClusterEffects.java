package dev.shortwire.cluster;

import dev.shortwire.spi.Scheduler.Timer;
import dev.shortwire.wire.Link;

/// What the cluster machine wants done outside. None of it blocks or calls the machine back before the event is over.
interface ClusterEffects {
    /// The node's clock.
    long nanoTime();

    /// Opens a link; the outcome comes back as an event.
    void connect(Peer peer, Lane lane);

    void close(Link link);

    /// Asks over the line who is there; the outcome comes back as an event with that number.
    void ping(Peer peer, Lane lane, Line line, long number);

    /// Runs `event` in the machine after `delayNanos`.
    Timer later(long delayNanos, Runnable event);

    /// Makes `routing` what everybody routes by, and tells the layers above if the view changed.
    void publish(Routing routing, boolean viewChanged);

    /// Every wire to that process refuses.
    void reportGone(Peer peer);

    /// One line for people: the peer is reached over another wire, and why.
    ///
    /// @param worse whether a better one that both have does not work
    void told(String what, boolean worse);

    /// This process was taken out of the view: come back as another one.
    void lostMembership();
}
