package dev.shortwire.wire.stream;

import java.util.concurrent.TimeUnit;

/// Decides how long one end of a link waits awake before it sleeps. A pure state machine: events in, a budget out; it
/// reads no clock and looks at no machine.
///
/// Falling asleep and being woken costs 20 µs or more each way on an idle core, the bytes themselves 0.1 to 7 µs. So
/// while frames follow each other closely, waiting awake is many times faster, and even cheaper; in all other cases it
/// only burns a core that somebody else may need. Therefore:
///
/// - The default is to sleep. Where the traffic is *continuous*, one wait in [#EXPLORE_EVERY] explores: it stays awake
///   for [#BUDGET_NANOS]. Continuous means that this wait begins shortly after the last arrival, and that the last wait
///   was short. A caller that makes a call every 200 µs fails the first, the listener that it calls the second.
/// - Whoever explores and sees something arrive in time goes on. Each further success adds to its credit, each
///   failure takes four times as much; without credit it is back to sleeping. Both ends do so by themselves: that
///   one is awake makes the other's next exploration succeed.
/// - A wait during which the thread lost its core for longer than [#PREEMPTED_NANOS], or before which no core is spare,
///   ends it at once. The next exploration then has to wait, twice as long each time, up to [#MAX_BAR_NANOS]; on a
///   crowded machine that leaves less than one wait in a thousand. A long run without such a loss forgives.
///
/// Confined to whoever reads the link.
final class SpinPolicy {
    static final long BUDGET_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    static final long PREEMPTED_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    static final int EXPLORE_EVERY = 64;
    static final long MIN_BAR_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    static final long MAX_BAR_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long NEAR_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    /// What a wait asleep may take with the two wake-ups that it consists of.
    private static final long NEAR_ASLEEP_NANOS = 2 * NEAR_NANOS;
    private static final long FORGIVEN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int FIRST_CREDIT = 4;
    private static final int MAX_CREDIT = 16;
    private static final int PRICE = 4;

    private int credit;
    private int waits;
    private long lastArrival = Long.MIN_VALUE / 2;
    private long lastWait = Long.MAX_VALUE;
    private long barredUntil = Long.MIN_VALUE / 2;
    private long bar = MIN_BAR_NANOS;
    private long onSince;

    /// A wait begins. Whoever gets more than 0 asks for a spare core before it stays awake.
    ///
    /// @return how many nanoseconds to stay awake, 0 to sleep at once
    long budget(long now) {
        boolean isContinuous = now - lastArrival <= NEAR_NANOS && lastWait <= NEAR_ASLEEP_NANOS;
        if (!isContinuous || now - barredUntil < 0) {
            return 0;
        }
        if (credit > 0) {
            return BUDGET_NANOS;
        }
        return ++waits % EXPLORE_EVERY == 0 ? BUDGET_NANOS : 0;
    }

    /// Whether staying awake has paid lately.
    boolean isOn() {
        return credit > 0;
    }

    /// Something arrived, awake or asleep.
    ///
    /// @param since  when the wait began
    /// @param awake  whether the thread had not gone to sleep
    void arrived(long since, long now, boolean awake) {
        lastWait = now - since;
        lastArrival = now;
        if (awake) {
            if (credit == 0) {
                credit = FIRST_CREDIT;
                onSince = now;
            } else {
                credit = Math.min(credit + 1, MAX_CREDIT);
            }
            if (now - onSince > FORGIVEN_NANOS) {
                bar = MIN_BAR_NANOS;
            }
        }
    }

    /// The budget was used up and nothing arrived.
    void missed() {
        credit = Math.max(0, credit - PRICE);
    }

    /// The thread lost its core while it was awake, or no core is spare.
    void crowded(long now) {
        credit = 0;
        barredUntil = now + bar;
        bar = Math.min(2 * bar, MAX_BAR_NANOS);
    }
}
