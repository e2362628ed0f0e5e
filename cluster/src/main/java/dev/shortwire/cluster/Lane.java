package dev.shortwire.cluster;

import dev.shortwire.wire.Endpoint;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One way to reach a peer: an endpoint of a wire that both have, the link over it if there is one, and how it did.
/// Confined to the machine.
final class Lane {
    /// Wires that reach only this machine. A refusal over one of them may as well mean that this machine is another one.
    private static final List<String> LOCAL_WIRES = List.of("in-process", "shm", "uds");

    static final long NEVER = Long.MIN_VALUE;
    private static final long FIRST_RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_RETRY_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long FIRST_HOLD_NANOS = Duration.ofSeconds(3).toNanos();
    private static final int MUCH_FASTER = 4;
    private static final long LEAST_HOLD_NANOS = Duration.ofMillis(1500).toNanos();
    private static final long SECOND_HOLD_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long LONGEST_HOLD_NANOS = Duration.ofMinutes(10).toNanos();
    private static final long REPEATED_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long LOSS_COSTS_NANOS = Duration.ofMillis(100).toNanos();
    private static final long LEAST_LATE_NANOS = Duration.ofMillis(20).toNanos();

    /// How far the link is.
    enum State {
        DOWN, CONNECTING,
        /// It is open, but nobody has said yet who is at its other end.
        GREETING, UP
    }

    final Endpoint endpoint;
    /// Position in the order of preference, 0 first.
    final int rank;
    /// Why it will hardly work, or null: such a lane is tried when no other works.
    final @Nullable String doubt;
    final Pings pings = new Pings();
    State state = State.DOWN;
    /// Set from GREETING on.
    @Nullable
    Line line;
    /// Since when it has been connecting.
    long startedNanos = NEVER;
    long retryAtNanos = NEVER;
    /// Why there is no link, empty where none was tried.
    String why = "";
    /// Whether the last attempt was refused, which proves that nobody listens there.
    boolean refused;
    boolean everUp;
    /// The last round of attempts in which it failed.
    long failedRound = NEVER;
    /// Since when pings have gone unanswered and nothing else has come either, or NEVER.
    long suspectSinceNanos = NEVER;
    /// Since when nothing bad was seen of it, or NEVER while it is down.
    long wellSinceNanos = NEVER;
    /// How long it must have been well before it is gone back to: 0 until it was left for the first time.
    long holdNanos;
    long returnedAtNanos = NEVER;
    /// What small calls took over it when it was in use and well, or [Line#UNKNOWN].
    long usualCallNanos = Line.UNKNOWN;
    private long distrustedUntilNanos = NEVER;
    private int incidents;
    private int failures;
    private int suspectAnswers;

    Lane(Endpoint endpoint, int rank, @Nullable String doubt) {
        this.endpoint = endpoint;
        this.rank = rank;
        this.doubt = doubt;
    }

    String wire() {
        return endpoint.wire();
    }

    boolean isUp() {
        return state == State.UP;
    }

    boolean isSuspect() {
        return suspectSinceNanos != NEVER;
    }

    /// Whether calls may go over it.
    boolean isWell() {
        return isUp() && !isSuspect();
    }

    /// A refusal proves that the process is gone where the lane reaches other machines, or has reached that process.
    boolean provesDeath() {
        return refused && (everUp || !LOCAL_WIRES.contains(wire()));
    }

    void opened(Line opened) {
        state = State.GREETING;
        line = opened;
        pings.reset();
        suspectSinceNanos = NEVER;
    }

    void greeted(long nowNanos) {
        state = State.UP;
        everUp = true;
        refused = false;
        failures = 0;
        why = "";
        wellSinceNanos = nowNanos;
    }

    /// There is no link, or none any more.
    void failed(boolean refusal, String reason, long round, long nowNanos) {
        state = State.DOWN;
        line = null;
        refused = refusal;
        why = reason;
        failedRound = round;
        wellSinceNanos = NEVER;
        suspectSinceNanos = NEVER;
        retryAtNanos = nowNanos + Math.min(FIRST_RETRY_NANOS << Math.min(failures++, 10), LONGEST_RETRY_NANOS);
    }

    /// It was left for another lane because it did badly. The more often that follows its return, the longer it has to
    /// prove itself before the next one.
    void left(long nowNanos) {
        boolean again = returnedAtNanos != NEVER && nowNanos - returnedAtNanos < REPEATED_NANOS;
        hold(again ? incidents + 1 : 1);
        wellSinceNanos = isWell() ? nowNanos : NEVER;
    }

    /// It looked better than it was.
    void distrust(long nowNanos) {
        hold(Math.max(2, incidents + 1));
        distrustedUntilNanos = nowNanos + holdNanos;
    }

    boolean isDistrusted(long nowNanos) {
        return distrustedUntilNanos != NEVER && nowNanos - distrustedUntilNanos < 0;
    }

    private void hold(int times) {
        incidents = times;
        holdNanos = times == 1 ? FIRST_HOLD_NANOS
                : Math.min(SECOND_HOLD_NANOS << Math.min(times - 2, 10), LONGEST_HOLD_NANOS);
    }

    /// Whether it has been well long enough to be gone back to. After a first incident that is the sooner the more there
    /// is to gain.
    ///
    /// @param callNanos what small calls take over the lane in use, or [Line#UNKNOWN]
    boolean hasProved(long callNanos, long nowNanos) {
        return isWell()
                && (holdNanos == 0 || wellSinceNanos != NEVER && nowNanos - wellSinceNanos >= holdNanos(callNanos));
    }

    private long holdNanos(long callNanos) {
        if (incidents != 1 || usualCallNanos == Line.UNKNOWN || callNanos <= MUCH_FASTER * usualCallNanos) {
            return holdNanos;
        }
        return Math.max(LEAST_HOLD_NANOS, (long) ((double) MUCH_FASTER * usualCallNanos / callNanos * holdNanos));
    }

    void bad(long nowNanos) {
        wellSinceNanos = nowNanos;
    }

    /// Looks at the pings under way.
    void look(long nowNanos, long suspectAfterNanos) {
        Line open = line;
        if (state != State.UP || open == null) {
            return;
        }
        int answers = open.answers();
        if (isSuspect() && answers != suspectAnswers) {
            suspectSinceNanos = NEVER;
            wellSinceNanos = nowNanos;
        }
        int before = pings.known();
        double lossBefore = pings.loss();
        pings.expire(nowNanos, answers);
        if (pings.known() != before || pings.loss() > lossBefore) {
            bad(nowNanos);
        }
        long silent = pings.silentSinceNanos(answers);
        if (!isSuspect() && silent != Pings.NONE
                && nowNanos - silent >= Math.max(suspectAfterNanos, 4 * pings.medianNanos())) {
            suspectSinceNanos = silent;
            suspectAnswers = answers;
        }
    }

    /// A ping was answered.
    void answered(long number, long tookNanos, long nowNanos) {
        pings.answered(number, tookNanos);
        if (isSuspect()) {
            suspectSinceNanos = NEVER;
            wellSinceNanos = nowNanos;
        }
        if (line != null) {
            line.lateAfter(Math.max(LEAST_LATE_NANOS, 4 * pings.medianNanos()));
        }
    }

    /// What a call over it costs, in nanoseconds, as far as pings can tell: what they take, and a tenth of a second for
    /// each that is lost.
    long costNanos() {
        return pings.known() == 0 ? Long.MAX_VALUE / 8
                : pings.medianNanos() + (long) (pings.loss() * LOSS_COSTS_NANOS);
    }
}
