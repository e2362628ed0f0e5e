package dev.shortwire.bench;

import java.util.List;

/// What one pair of processes measures: one wire.
///
/// @param wire        name of the wire
/// @param comparisons in this order
/// @param warmMillis  how long each exchange runs before it is measured for the first time
/// @param idleMillis  how long idle links are watched; 0: not at all
record ForkPlan(String wire, List<Comparison> comparisons, int warmMillis, int idleMillis) {
    ForkPlan {
        comparisons = List.copyOf(comparisons);
    }
}
