package dev.shortwire.cluster;

import dev.shortwire.spi.Scheduler.Timer;
import org.jspecify.annotations.Nullable;

/// What the cluster machine knows of one process of another member. Confined to the serialized machine,
/// but for `state`.
final class Peer {
    /// How far the link is.
    enum State {
        CONNECTING("connecting"), LINKED("linked"),
        /// A link is open, and nothing is answered over any.
        SILENT("silent"),
        /// The last attempt failed; the next one waits for its timer.
        UNREACHABLE("unreachable");

        final String text;

        State(String text) {
            this.text = text;
        }
    }

    final String name;
    final long incarnation;
    final LinkChoice choice;
    /// Written by the machine alone, read by whoever wants to show it.
    volatile State state = State.CONNECTING;
    /// Wakes the choice.
    @Nullable
    Timer timer;
    long timerAtNanos;

    /// Makes the choice of a peer.
    interface ChoiceMaker {
        LinkChoice make(Peer peer);
    }

    Peer(String name, long incarnation, ChoiceMaker maker) {
        this.name = name;
        this.incarnation = incarnation;
        this.choice = maker.make(this);
    }

    boolean is(String otherName, long otherIncarnation) {
        return name.equals(otherName) && incarnation == otherIncarnation;
    }

    State present() {
        return choice.line() != null ? choice.isSilent() ? State.SILENT : State.LINKED
                : choice.hasFailed() ? State.UNREACHABLE : State.CONNECTING;
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
