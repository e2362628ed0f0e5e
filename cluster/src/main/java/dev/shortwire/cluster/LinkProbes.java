package dev.shortwire.cluster;

import dev.shortwire.wire.InProcessWire;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When pings go out over the lanes of one peer: always over all that are up at the same moment, so that what they show
/// can be compared. Confined to the machine.
///
/// Once a second while calls flow, four times while a better lane is waited for or one is silent, less and less often while
/// nothing happens; ten in a row when calls are late or take longer than they used to. Never over in-process alone, which
/// has nothing to be compared with.
final class LinkProbes {
    static final long WATCHED_NANOS = Duration.ofMillis(250).toNanos();
    private static final long ACTIVE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int BURST = 10;
    private static final long BURST_PAUSE_NANOS = Duration.ofMillis(10).toNanos();
    private static final long BURSTS_APART_NANOS = Duration.ofMillis(500).toNanos();
    private static final long LATE_PAUSE_NANOS = Duration.ofMillis(40).toNanos();
    private static final long SINGLE_PAUSE_NANOS = Duration.ofMillis(160).toNanos();
    private static final long LONGEST_LATE_PAUSE_NANOS = Duration.ofSeconds(8).toNanos();

    private final LinkEffects effects;
    private long lastNumber;
    private long lastAtNanos = Lane.NEVER;
    private long nextAtNanos = Lane.NEVER;
    private long pauseNanos = ACTIVE_NANOS;
    // bursts
    private int left;
    private long burstAtNanos = Lane.NEVER;
    private long burstStartedNanos = Lane.NEVER;
    // late calls
    private long lateAtNanos = Lane.NEVER;
    private long lateBurstNanos = Lane.NEVER;
    private long latePauseNanos = BURSTS_APART_NANOS;
    // what flows over the chosen line
    private int answers;
    private int pongs;
    private boolean wasActive;

    LinkProbes(LinkEffects effects) {
        this.effects = effects;
    }

    /// Calls go over that line from now on.
    void chosen(Line line) {
        pauseNanos = ACTIVE_NANOS;
        lateBurstNanos = Lane.NEVER;
        line.alarmAbove(Long.MAX_VALUE);
        answers = line.answers();
        pongs = 0;
    }

    /// A ping over the chosen line was answered.
    void pong() {
        pongs++;
    }

    /// Whether calls flow over the chosen line.
    boolean isActive(Line line) {
        return wasActive || line.answers() - answers - pongs != 0;
    }

    boolean isBurst() {
        return left > 0;
    }

    /// Calls have waited longer than they do: the chosen line is silent, or loses frames, or a load takes its time. The
    /// first ping tells of silence; ten in a row tell of loss, less and less often while they find nothing.
    void late(List<Lane> lanes, long nowNanos) {
        if (left > 0 || !isPast(lateAtNanos, LATE_PAUSE_NANOS, nowNanos)) {
            return;
        }
        if (isPast(lateAtNanos, LONGEST_LATE_PAUSE_NANOS, nowNanos)) {
            latePauseNanos = BURSTS_APART_NANOS;
        }
        lateAtNanos = nowNanos;
        if (isPast(lateBurstNanos, latePauseNanos, nowNanos)) {
            lateBurstNanos = nowNanos;
            latePauseNanos = Math.min(2 * latePauseNanos, LONGEST_LATE_PAUSE_NANOS);
            startBurst(nowNanos);
        } else if (isPast(lastAtNanos, SINGLE_PAUSE_NANOS, nowNanos) || anySuspect(lanes)) {
            all(lanes, nowNanos);
        }
    }

    void startBurst(long nowNanos) {
        if (left == 0 && isPast(burstStartedNanos, BURSTS_APART_NANOS, nowNanos)) {
            left = BURST;
            burstAtNanos = nowNanos;
            burstStartedNanos = nowNanos;
        }
    }

    /// Sends what is due.
    ///
    /// @param sure whether the chosen lane is not about to be left: then its calls are as usual
    void run(List<Lane> lanes, @Nullable Lane chosen, boolean sure, long nowNanos) {
        Line line = chosen == null ? null : chosen.line;
        if (chosen == null || line == null || isInProcess(chosen)) {
            left = 0;
            return;
        }
        if (left > 0 && isPast(burstAtNanos, 0, nowNanos)) {
            left--;
            burstAtNanos = nowNanos + BURST_PAUSE_NANOS;
            all(lanes, nowNanos);
        }
        if (anySuspect(lanes) && nextAtNanos != Lane.NEVER && nextAtNanos - nowNanos > WATCHED_NANOS) {
            nextAtNanos = nowNanos + WATCHED_NANOS;
        }
        if (isPast(nextAtNanos, 0, nowNanos)) {
            regular(lanes, chosen, line, sure && left == 0, nowNanos);
        }
    }

    private void regular(List<Lane> lanes, Lane chosen, Line line, boolean usual, long now) {
        wasActive = line.answers() - answers - pongs != 0;
        answers = line.answers();
        pongs = 0;
        boolean waiting = lanes.stream().anyMatch(lane -> lane.isUp() && lane.rank < chosen.rank);
        pauseNanos = waiting && wasActive || anySuspect(lanes) ? WATCHED_NANOS
                : wasActive ? ACTIVE_NANOS : Math.min(2 * pauseNanos, LONGEST_NANOS);
        nextAtNanos = now + pauseNanos;
        long calls = line.callNanos();
        if (calls != Line.UNKNOWN) {
            line.alarmAbove(2 * calls + LinkChoice.SLACK_NANOS);
            chosen.usualCallNanos = usual ? calls : chosen.usualCallNanos;
        }
        all(lanes, now);
    }

    /// When to be run again at the latest; [Long#MAX_VALUE] for "not by time".
    long dueNanos(Lane chosen) {
        return isInProcess(chosen) ? Long.MAX_VALUE : left > 0 ? Math.min(burstAtNanos, nextAtNanos) : nextAtNanos;
    }

    private void all(List<Lane> lanes, long now) {
        lastAtNanos = now;
        lanes.stream().filter(Lane::isUp).forEach(lane -> ping(lane, now));
    }

    /// Sends one ping over a lane that has a link.
    void ping(Lane lane, long nowNanos) {
        Line line = lane.line;
        if (line != null) {
            lane.pings.sent(++lastNumber, nowNanos, line.answers());
            effects.ping(lane, line, lastNumber);
        }
    }

    private static boolean anySuspect(List<Lane> lanes) {
        return lanes.stream().anyMatch(lane -> lane.isUp() && lane.isSuspect());
    }

    private static boolean isInProcess(Lane lane) {
        return lane.wire().equals(InProcessWire.NAME);
    }

    private static boolean isPast(long atNanos, long byNanos, long now) {
        return atNanos == Lane.NEVER || now - atNanos >= byNanos;
    }
}
