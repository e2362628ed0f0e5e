package dev.shortwire.cluster;

import dev.shortwire.spi.Scheduler.Timer;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Link;

/// What the cluster machine wants done outside. None of it blocks or calls the machine back before the event is over.
interface ClusterEffects {
    /// Opens a link; the outcome comes back as an event.
    void connect(Peer peer, Endpoint endpoint);

    void close(Link link);

    /// Runs `event` in the machine after `delayNanos`.
    Timer later(long delayNanos, Runnable event);

    /// Makes `routing` what everybody routes by, and tells the layers above if the view changed.
    void publish(Routing routing, boolean viewChanged);

    /// Every wire to that process refuses.
    void reportGone(Peer peer);

    /// This process was taken out of the view: come back as another one.
    void lostMembership();
}
