package dev.shortwire.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The last changes of the lane in use, and why the present one is. Confined to the machine.
final class LinkMoves {
    private static final int KEPT = 32;
    private static final int MOST = 2;
    private static final long WITHIN_NANOS = Duration.ofSeconds(60).toNanos();

    private final Deque<Move> last = new ArrayDeque<>();
    private String reason = "no link was tried yet";

    /// A change of the lane in use.
    ///
    /// @param from wire before, empty where there was no link
    /// @param to   wire after, empty where none is left
    record Move(long atNanos, String from, String to, String reason) {}

    void add(Move move) {
        reason = move.reason;
        last.addLast(move);
        if (last.size() > KEPT) {
            last.removeFirst();
        }
    }

    /// Whether a move that nothing forces would be none too many.
    boolean mayMove(long nowNanos) {
        return last.stream().filter(move -> !move.from.isEmpty() && !move.to.isEmpty()
                && nowNanos - move.atNanos < WITHIN_NANOS).count() < MOST;
    }

    String reason() {
        return reason;
    }

    void because(String why) {
        reason = why;
    }

    /// Oldest first.
    List<Move> all() {
        return List.copyOf(last);
    }
}
