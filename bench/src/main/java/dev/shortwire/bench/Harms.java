package dev.shortwire.bench;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What is wrong with each wire at the moment, for all that look: [HarmedWire]s do as it says. Safe for use by any
/// thread.
final class Harms {
    /// What can be wrong.
    enum Kind {
        WELL,
        /// Every request is held back for a while.
        SLOW,
        /// Requests get lost.
        LOSSY,
        /// Nothing gets through, and nobody is told.
        SILENT,
        /// Links break, and new ones are not to be had.
        DEAD
    }

    /// @param delayNanos what a request is held back
    /// @param loss       how often it is lost, 0 to 1
    record Harm(Kind kind, long delayNanos, double loss) {
        static final Harm NONE = new Harm(Kind.WELL, 0, 0);
    }

    private final Map<String, Harm> byWire = new ConcurrentHashMap<>();
    private final Set<HarmedWire> wires = ConcurrentHashMap.newKeySet();

    void add(HarmedWire wire) {
        wires.add(wire);
    }

    void remove(HarmedWire wire) {
        wires.remove(wire);
    }

    Harm of(String wire) {
        return byWire.getOrDefault(wire, Harm.NONE);
    }

    void set(String wire, Harm harm) {
        byWire.put(wire, harm);
        if (harm.kind() == Kind.DEAD) {
            wires.stream().filter(harmed -> harmed.name().equals(wire)).forEach(HarmedWire::breakLinks);
        }
    }
}
