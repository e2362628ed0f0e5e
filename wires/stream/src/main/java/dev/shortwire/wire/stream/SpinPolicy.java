package dev.shortwire.wire.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/// Decides how long one end of a link waits awake before it sleeps. A pure state machine: events in, a budget out; it
/// reads no clock and looks at no machine.
///
/// Falling asleep and being woken costs 20 µs or more each way on an idle core, the bytes themselves 0.1 to 7 µs. So
/// while frames follow each other closely, waiting awake is many times faster, and even cheaper; in all other cases it
/// only burns a core that somebody else may need. Therefore:
///
/// - The default is to sleep. The calling end *leads*: where the traffic is *continuous*, one wait in [#EXPLORE_EVERY]
///   explores, that is, it stays awake for [#BUDGET_NANOS]. Continuous means that a wait begins shortly after the last
///   arrival, and that the last wait was short. A caller that makes a call every 200 µs fails the first.
/// - What the caller plans for its next wait it *announces* in the request, so that the serving end knows that the next
///   request is likely to follow at once. That end *follows*: it stays awake only after a request that says so.
/// - Whoever explores and sees something arrive in time goes on. Each further success adds to its credit, each
///   failure takes four times as much; without credit it is back to sleeping. A follower without credit takes one
///   announcement in [#EXPLORE_EVERY] seriously, so a peer that announces and does not call costs little.
/// - Before it stays awake, an end asks whether a core is spare. If none is just now, it stays for [#BRIEF_NANOS] at most;
///   if none has been for a while ([SpareCores#wereThereLately]), it sleeps and asks again later ([#noneSpare]), each time
///   twice as late, up to [#MAX_PAUSE_NANOS].
/// - A wait during which the thread lost its core for longer than [#PREEMPTED_NANOS] ends it at once
///   ([#lostCore]). The next exploration then has to wait, twice as long each time, up to [#MAX_BAR_NANOS]; on a
///   crowded machine that leaves less than one wait in a thousand. [#FORGIVEN_WAITS] without such a loss forgive.
///
/// Confined to whoever reads the link, except [#isPlanned]: that may be asked by any thread, and is a hint.
final class SpinPolicy {
    static final long BUDGET_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    /// What falling asleep and being woken costs, once: to stay awake for less is no waste, whoever wants the core.
    static final long BRIEF_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    static final long PREEMPTED_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    static final int EXPLORE_EVERY = 64;
    static final long MIN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(320);
    static final long MIN_BAR_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    static final long MAX_BAR_NANOS = TimeUnit.SECONDS.toNanos(3);
    static final int FORGIVEN_WAITS = 4096;

    private static final long NEAR_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    /// What a wait asleep may take with the two wake-ups that it consists of.
    private static final long NEAR_ASLEEP_NANOS = 2 * NEAR_NANOS;
    private static final int FIRST_CREDIT = 4;
    private static final int MAX_CREDIT = 16;
    private static final int PRICE = 4;
    private static final long NEVER = Long.MIN_VALUE / 2;
    private static final VarHandle PLANNED_UNTIL;

    static {
        try {
            PLANNED_UNTIL = MethodHandles.lookup().findVarHandle(SpinPolicy.class, "plannedUntil", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final boolean follows;
    private int credit;
    /// Of a leader: continuous waits. Of a follower: announcements left to be passed over.
    private int waits;
    private boolean announced;
    private long lastArrival = NEVER;
    private long barredUntil = NEVER;
    private long pause = MIN_PAUSE_NANOS;
    private long bar = MIN_BAR_NANOS;
    private int hitsSinceLoss;
    /// A wait that begins before then stays awake. Written by the reader, opaque: whoever sees an old value announces
    /// what is not so once.
    @SuppressWarnings("unused") // by PLANNED_UNTIL
    private long plannedUntil = NEVER;

    /// @param follows whether this end stays awake only when the other one has announced that it does
    SpinPolicy(boolean follows) {
        this.follows = follows;
    }

    /// Whether a wait that begins now is going to stay awake, as far as one can tell: what a request announces.
    boolean isPlanned(long now) {
        return now - (long) PLANNED_UNTIL.getOpaque(this) < 0;
    }

    /// What the peer's last frame announced.
    void peerIsAwake(boolean awake) {
        announced = awake;
    }

    /// A wait begins. Whoever gets more than 0 asks for a spare core before it stays awake.
    ///
    /// @return how many nanoseconds to stay awake, 0 to sleep at once
    long budget(long now) {
        boolean stays = follows ? follows(now) : isPlanned(now);
        return stays ? BUDGET_NANOS : 0;
    }

    private boolean follows(long now) {
        if (!announced || now - barredUntil < 0) {
            return false;
        }
        if (credit == 0 && waits > 0) {
            waits--;
            return false;
        }
        return true;
    }

    /// Whether staying awake has paid lately.
    boolean isOn() {
        return credit > 0;
    }

    /// Something arrived, awake or asleep, or was there already.
    ///
    /// @param since when the wait began
    /// @param awake whether the thread had stayed awake for it
    void arrived(long since, long now, boolean awake) {
        if (awake) {
            credit = credit == 0 ? FIRST_CREDIT : Math.min(credit + 1, MAX_CREDIT);
            pause = MIN_PAUSE_NANOS;
            if (++hitsSinceLoss >= FORGIVEN_WAITS) {
                bar = MIN_BAR_NANOS;
            }
        }
        if (!follows) {
            plan(since, now);
        }
        lastArrival = now;
    }

    private void plan(long since, long now) {
        boolean isContinuous = since - lastArrival <= NEAR_NANOS && now - since <= NEAR_ASLEEP_NANOS;
        boolean stays = now - barredUntil >= 0 && isContinuous && (credit > 0 || ++waits % EXPLORE_EVERY == 0);
        PLANNED_UNTIL.setOpaque(this, stays ? now + NEAR_NANOS : NEVER);
    }

    /// The budget was used up and nothing arrived.
    void missed() {
        credit = Math.max(0, credit - PRICE);
        if (follows && credit == 0) {
            waits = EXPLORE_EVERY;
        }
    }

    /// No core is spare, nor has been lately.
    void noneSpare(long now) {
        sleep(now + pause);
        pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
    }

    /// The thread lost its core while it was awake.
    void lostCore(long now) {
        sleep(now + bar);
        bar = Math.min(2 * bar, MAX_BAR_NANOS);
        hitsSinceLoss = 0;
    }

    private void sleep(long until) {
        credit = 0;
        barredUntil = until;
        PLANNED_UNTIL.setOpaque(this, NEVER);
    }
}
