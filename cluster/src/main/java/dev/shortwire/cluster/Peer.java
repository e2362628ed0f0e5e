package dev.shortwire.cluster;

import dev.shortwire.spi.Scheduler.Timer;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Link;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the cluster machine knows of one process of another member. Confined to the serialized machine,
/// but for `state`.
final class Peer {
    /// How far the link is.
    enum State {
        /// Its endpoints are not published yet.
        UNKNOWN("connecting"), CONNECTING("connecting"), LINKED("linked"),
        /// The last attempt failed; the next one waits for its timer.
        WAITING("unreachable");

        final String text;

        State(String text) {
            this.text = text;
        }
    }

    final String name;
    final long incarnation;
    /// Written by the machine alone, read by whoever wants to show it.
    volatile State state = State.UNKNOWN;
    List<Endpoint> endpoints = List.of();
    /// Position in `endpoints` of the attempt under way.
    int attempt;
    /// Whether every endpoint tried since the last link has refused: the proof that the process is gone.
    boolean allRefused = true;
    /// Attempts on all endpoints that failed since the last link.
    int failedRounds;
    @Nullable
    Link link;
    @Nullable
    Timer retry;

    Peer(String name, long incarnation) {
        this.name = name;
        this.incarnation = incarnation;
    }

    boolean is(String otherName, long otherIncarnation) {
        return name.equals(otherName) && incarnation == otherIncarnation;
    }

    void cancelRetry() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }
}
