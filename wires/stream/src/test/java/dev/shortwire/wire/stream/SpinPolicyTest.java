package dev.shortwire.wire.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SpinPolicyTest {
    private static final long MICRO = 1_000;

    private final SpinPolicy policy = new SpinPolicy(false);
    private long now = 1_000_000_000L;

    /// A wait in which something arrives after so long; awake if the budget covers it.
    ///
    /// @return whether it stayed awake at first
    private boolean waits(long thinkNanos, long waitNanos) {
        now += thinkNanos;
        long since = now;
        long budget = policy.budget(since);
        now += waitNanos;
        if (budget > 0 && waitNanos > budget) {
            policy.missed();
        }
        policy.arrived(since, now, budget >= waitNanos && budget > 0);
        return budget > 0;
    }

    private int awakeOf(int count, long thinkNanos, long waitNanos) {
        int awake = 0;
        for (int i = 0; i < count; i++) {
            awake += waits(thinkNanos, waitNanos) ? 1 : 0;
        }
        return awake;
    }

    @Test
    void sleepsAtFirstAndExploresOneWaitInSixtyFour() {
        assertThat(awakeOf(1 + SpinPolicy.EXPLORE_EVERY - 1, MICRO, 60 * MICRO)).isZero();
        assertThat(awakeOf(6400, MICRO, 60 * MICRO)).isBetween(95, 105);
        assertThat(policy.isOn()).isFalse();
    }

    @Test
    void staysAwakeOnceThatHasPaid() {
        awakeOf(200, MICRO, 30 * MICRO);
        assertThat(policy.isOn()).isTrue();
        assertThat(awakeOf(1_000, MICRO, 3 * MICRO)).isEqualTo(1_000);
    }

    @Test
    void neverStaysAwakeForACallEveryTwoHundredMicroseconds() {
        assertThat(awakeOf(10_000, 150 * MICRO, 45 * MICRO)).as("the caller").isZero();
        assertThat(awakeOf(10_000, 5 * MICRO, 190 * MICRO)).as("the listener").isZero();
    }

    @Test
    void neverStaysAwakeOnAnIdleLink() {
        awakeOf(1_000, MICRO, 3 * MICRO);
        waits(MICRO, 1_000_000 * MICRO);
        assertThat(waits(MICRO, 3 * MICRO)).as("after a wait of a second").isFalse();
        assertThat(waits(1_000_000 * MICRO, 3 * MICRO)).as("after thinking for a second").isFalse();
    }

    @Test
    void givesUpWhenRepliesComeTooLate() {
        awakeOf(200, MICRO, 30 * MICRO);
        assertThat(awakeOf(20, MICRO, 80 * MICRO)).isLessThanOrEqualTo(5);
        assertThat(policy.isOn()).isFalse();
    }

    @Test
    void sleepsOnACrowdedMachineAndExploresEverMoreSeldom() {
        int losses = 0;
        for (long end = now + 10_000_000 * MICRO; now < end;) {
            long since = ++now;
            boolean isAwake = policy.budget(since) > 0;
            now += isAwake ? 3_000 * MICRO : 16 * MICRO;
            if (isAwake) {
                policy.lostCore(now);
                losses++;
            }
            policy.arrived(since, now, false);
        }
        assertThat(losses).isBetween(2, 10);
    }

    @Test
    void forgivesAfterALongRunWithoutALoss() {
        awakeOf(200, MICRO, 3 * MICRO);
        for (int i = 0; i < 10; i++) {
            policy.lostCore(now);
        }
        now += SpinPolicy.MAX_BAR_NANOS;
        awakeOf(200_000, MICRO, 3 * MICRO);
        policy.lostCore(now);
        now += SpinPolicy.MIN_BAR_NANOS;
        assertThat(awakeOf(200, MICRO, 3 * MICRO)).isPositive();
    }

    @Test
    void announcesNoMoreThanItDoes() {
        awakeOf(200, MICRO, 30 * MICRO);
        assertThat(policy.isPlanned(now)).isTrue();
        assertThat(policy.isPlanned(now + 200 * MICRO)).as("after a pause").isFalse();
        policy.noneSpare(now);
        assertThat(policy.isPlanned(now)).isFalse();
    }

    @Test
    void followsOnlyAPeerThatAnnounces() {
        SpinPolicy follower = new SpinPolicy(true);
        follower.arrived(now, now + MICRO, true);
        assertThat(follower.budget(now + MICRO)).isZero();
        follower.peerIsAwake(true);
        assertThat(follower.budget(now + MICRO)).isPositive();
        follower.peerIsAwake(false);
        assertThat(follower.budget(now + MICRO)).isZero();
    }

    @Test
    void takesFewAnnouncementsSeriouslyThatNothingFollows() {
        SpinPolicy follower = new SpinPolicy(true);
        follower.peerIsAwake(true);
        int awake = 0;
        for (int i = 0; i < 6_500; i++) {
            now += 100 * MICRO;
            if (follower.budget(now) > 0) {
                awake++;
                follower.missed();
            }
            follower.arrived(now, now + 90 * MICRO, false);
        }
        assertThat(awake).isBetween(90, 110);
    }

    @Test
    void asksForASpareCoreEverMoreSeldom() {
        int asked = 0;
        for (long end = now + 10_000_000 * MICRO; now < end;) {
            long since = ++now;
            if (policy.budget(since) > 0) {
                policy.noneSpare(since);
                asked++;
            }
            now += 16 * MICRO;
            policy.arrived(since, now, false);
        }
        assertThat(asked).isBetween(5, 50);
    }
}
