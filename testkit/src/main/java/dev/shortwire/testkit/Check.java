package dev.shortwire.testkit;

import dev.shortwire.cache.Entry;
import dev.shortwire.cluster.Routing;
import dev.shortwire.wire.Frame;

/// A promise that is watched during a simulated run. Told of what happens, in the order in which it happens; reports to
/// [Simulation#violated].
abstract class Check {
    /// A node routes by another view.
    void viewAdopted(SimNode node, Routing before, Routing after) {}

    /// A store was asked to keep an entry.
    ///
    /// @param landing whether it is what a load brought
    void stored(SimNode node, String group, String key, Entry entry, boolean accepted, boolean landing) {}

    /// An entry left a store for space or for another reason; an empty key stands for any number of keys.
    void dropped(SimNode node, String group, String key) {}

    /// A loader was started.
    ///
    /// @param flightStartNanos when its flight began, in the world's time
    void loadStarted(SimNode node, String group, String key, long flightStartNanos) {}

    /// A loader told its result.
    ///
    /// @param kept whether the result is now in the store
    void loadEnded(SimNode node, String group, String key, long flightStartNanos, boolean kept) {}

    void callStarted(SimCall call) {}

    /// A call's caller was told the outcome, which the call now has.
    void callEnded(SimCall call) {}

    /// A request arrived at a node; what is returned is told how it is answered.
    Answering arrived(SimNode node, Frame request) {
        return Answering.NOBODY;
    }

    /// The run is over; everybody had time to end.
    void finished() {}

    /// Who waits for the answer to a request.
    interface Answering {
        Answering NOBODY = reply -> {};

        void answered(Frame reply);
    }
}
