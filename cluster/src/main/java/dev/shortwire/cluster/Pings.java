package dev.shortwire.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the last pings over a lane have shown. Confined to the machine.
///
/// A ping that is overtaken by answers to later frames counts as lost; should its answer come after all, it counts as
/// slow.
final class Pings {
    static final long NONE = Long.MIN_VALUE;
    private static final int KEPT = 16;
    private static final int LATEST = 5;
    private static final long LOST = -1;
    private static final long OVERTAKEN_NANOS = Duration.ofMillis(30).toNanos();

    private final long[] results = new long[KEPT];
    private final List<Sent> open = new ArrayList<>();
    private int count;
    private long answeredSentNanos = NONE;

    private static final class Sent {
        private final long number;
        private final long atNanos;
        private final int answers;
        private boolean lost;

        Sent(long number, long atNanos, int answers) {
            this.number = number;
            this.atNanos = atNanos;
            this.answers = answers;
        }
    }

    /// Forgets all: the lane has another link.
    void reset() {
        open.clear();
        count = 0;
        answeredSentNanos = NONE;
    }

    /// @param answers how many answers the line had before
    void sent(long number, long nowNanos, int answers) {
        open.add(new Sent(number, nowNanos, answers));
    }

    void answered(long number, long tookNanos) {
        Sent sent = take(number);
        if (sent != null) {
            answeredSentNanos = answeredSentNanos == NONE || sent.atNanos - answeredSentNanos > 0 ? sent.atNanos
                    : answeredSentNanos;
            if (sent.lost) {
                replaceLost(tookNanos);
            } else {
                add(tookNanos);
            }
        }
    }

    void failed(long number) {
        Sent sent = take(number);
        if (sent != null && !sent.lost) {
            add(LOST);
        }
    }

    /// Counts as lost what later frames have overtaken.
    ///
    /// @param answers how many answers the line has now
    void expire(long nowNanos, int answers) {
        for (Sent sent : open) {
            boolean overtaken = answers != sent.answers;
            if (!sent.lost && overtaken && nowNanos - sent.atNanos > Math.max(OVERTAKEN_NANOS, 4 * medianNanos())) {
                sent.lost = true;
                add(LOST);
            }
        }
    }

    /// When the oldest ping was sent after which nothing at all has come, or [#NONE].
    long silentSinceNanos(int answers) {
        for (Sent sent : open) {
            if (!sent.lost && sent.answers == answers) {
                return sent.atNanos;
            }
        }
        return NONE;
    }

    /// When the latest ping was sent of those that were answered, or [#NONE].
    long answeredSentNanos() {
        return answeredSentNanos;
    }

    boolean anyOpen() {
        return open.stream().anyMatch(sent -> !sent.lost);
    }

    /// How many results there are, 16 at most.
    int known() {
        return Math.min(count, KEPT);
    }

    /// The median of the last five that were answered; 0 where none was.
    long medianNanos() {
        long[] latest = new long[LATEST];
        int found = 0;
        for (int i = count - 1; i >= Math.max(0, count - KEPT) && found < LATEST; i--) {
            long result = results[i % KEPT];
            if (result != LOST) {
                latest[found++] = result;
            }
        }
        Arrays.sort(latest, 0, found);
        return found == 0 ? 0 : latest[found / 2];
    }

    /// Share of the last pings that were lost, 0 to 1; a single one may be anybody's fault and counts as none.
    double loss() {
        long lost = Arrays.stream(results, 0, known()).filter(result -> result == LOST).count();
        return lost < 2 ? 0 : (double) lost / known();
    }

    private void add(long result) {
        results[count++ % KEPT] = result;
    }

    private void replaceLost(long tookNanos) {
        for (int i = count - 1; i >= Math.max(0, count - KEPT); i--) {
            if (results[i % KEPT] == LOST) {
                results[i % KEPT] = tookNanos;
                return;
            }
        }
    }

    private @Nullable Sent take(long number) {
        for (Iterator<Sent> i = open.iterator(); i.hasNext();) {
            Sent sent = i.next();
            if (sent.number == number) {
                i.remove();
                return sent;
            }
        }
        return null;
    }
}
