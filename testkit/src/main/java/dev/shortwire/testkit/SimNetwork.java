package dev.shortwire.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What lies between simulated nodes on one wire: it delays, drops, repeats and reorders frames, and cuts and stalls
/// directions between two hosts. Hosts are named like the nodes; a restarted node has the host and address of the one
/// before.
final class SimNetwork {
    private static final int MAX_STALL_JITTER_NANOS = 1_000_000;

    private final Simulation simulation;
    private final String wire;
    private final SplittableRandom random;
    private final TreeMap<String, SimListener> listeners = new TreeMap<>();
    private final List<SimLink> links = new ArrayList<>();
    private final TreeSet<String> cut = new TreeSet<>();
    private final TreeMap<String, Long> stalledUntil = new TreeMap<>();
    /// Least time that a frame takes.
    long delayNanos = 100_000;
    /// What chance adds to it: more of it reorders more.
    long jitterNanos = 400_000;
    double dropRequests;
    double dropReplies;
    double duplicates;
    /// Nothing gets through, and nobody is told.
    boolean silent;
    private boolean dead;

    /// @param wire its name
    SimNetwork(Simulation simulation, String wire) {
        this.simulation = simulation;
        this.wire = wire;
        this.random = simulation.fork();
    }

    Simulation simulation() {
        return simulation;
    }

    String wire() {
        return wire;
    }

    /// Breaks every link of this wire, and refuses every new one.
    void kill() {
        dead = true;
        List.copyOf(links).forEach(link -> link.reset("was reset: the wire is dead"));
    }

    void revive() {
        dead = false;
    }

    boolean isDead() {
        return dead;
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /// Nothing gets from one host to the other any more; nobody is told.
    void cut(String from, String to) {
        cut.add(direction(from, to));
    }

    /// What goes from one host to the other arrives not before that instant.
    void stall(String from, String to, long untilNanos) {
        stalledUntil.put(direction(from, to), untilNanos);
    }

    /// Ends every fault.
    void heal() {
        cut.clear();
        stalledUntil.clear();
        delayNanos = 100_000;
        jitterNanos = 400_000;
        dropRequests = 0;
        dropReplies = 0;
        duplicates = 0;
        silent = false;
        dead = false;
    }

    void uncut(String from, String to) {
        cut.remove(direction(from, to));
    }

    boolean isCut(String from, String to) {
        return silent || !cut.isEmpty() && cut.contains(direction(from, to));
    }

    /// How long the next frame takes from one host to the other.
    long delay(String from, String to) {
        long delay = delayNanos + random.nextLong(jitterNanos + 1);
        Long until = stalledUntil.isEmpty() ? null : stalledUntil.get(direction(from, to));
        if (until != null && until > simulation.nowNanos()) {
            return until - simulation.nowNanos() + random.nextLong(MAX_STALL_JITTER_NANOS);
        }
        return delay;
    }

    /// Has `arrived` run as an event of `to`, unless the frame is lost.
    void transmit(String from, SimProcess to, String kind, double loss, Runnable arrived, @Nullable Runnable ifDead) {
        if (isCut(from, to.name()) || chance(loss)) {
            return;
        }
        to.after(delay(from, to.name()), kind, arrived, ifDead);
        if (chance(duplicates)) {
            to.after(delay(from, to.name()), kind + " again", arrived, ifDead);
        }
    }

    @Nullable
    SimListener listener(String address) {
        return listeners.get(address);
    }

    void listen(String address, SimListener listener) {
        listeners.put(address, listener);
    }

    void forget(SimListener listener) {
        listeners.remove(listener.endpoint().address(), listener);
        closeLinksTo(listener.process());
    }

    void add(SimLink link) {
        links.add(link);
    }

    void forget(SimLink link) {
        links.remove(link);
    }

    /// Breaks a link between two live hosts, if there is one, as a router that forgets a connection does.
    void breakOneLink() {
        if (!links.isEmpty()) {
            links.get(random.nextInt(links.size())).reset("was reset");
        }
    }

    /// The process is gone: its sockets close, which its peers hear of where they can be reached.
    void died(SimProcess process) {
        listeners.values().removeIf(listener -> listener.process() == process);
        links.removeIf(link -> link.caller() == process);
        closeLinksTo(process);
    }

    private void closeLinksTo(SimProcess process) {
        links.stream().filter(link -> link.target() == process).toList()
                .forEach(link -> link.reset("closed, the process at its other end is gone"));
    }

    private static String direction(String from, String to) {
        return from + ">" + to;
    }
}
