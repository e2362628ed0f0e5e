package dev.shortwire.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a measuring process tells the one that started it, a line of JSON each.
///
/// @param kind  see [Kind]
/// @param index which comparison of the plan, -1 for none
/// @param text  for people
/// @param pairs what was measured
/// @param idle  what idle links cost
record Event(Kind kind, int index, String text, List<Slice.Pair> pairs, @Nullable Idle idle) {
    enum Kind {
        /// What it does now.
        STEP,
        /// A comparison is done.
        PAIRS,
        /// Idle links have been watched.
        IDLE,
        /// A comparison can't be had, or nothing can.
        FAILED,
        /// That was all.
        DONE
    }

    static Event step(String text) {
        return new Event(Kind.STEP, -1, text, List.of(), null);
    }

    static Event pairs(int index, List<Slice.Pair> pairs) {
        return new Event(Kind.PAIRS, index, "", pairs, null);
    }

    static Event idle(Idle idle) {
        return new Event(Kind.IDLE, -1, "", List.of(), idle);
    }

    static Event failed(int index, String why) {
        return new Event(Kind.FAILED, index, why, List.of(), null);
    }

    static Event done() {
        return new Event(Kind.DONE, -1, "", List.of(), null);
    }
}
