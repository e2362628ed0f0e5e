package dev.shortwire.wire.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The one thread of a wire that makes the rounds of its links: it looks at them, and sleeps until one needs it. It runs
/// only while there are links.
///
/// When [#look] says [#REST_NANOS], whoever expects anything wakes the thread. Nothing is missed if what is expected can
/// be seen by [#isAtRest] before [#expect] is called: that reads `nextWake`, which is set before the links are asked once
/// more whether they are at rest.
public abstract class Rounds {
    /// What [#look] says when all links are at rest.
    protected static final long REST_NANOS = Long.MAX_VALUE;
    /// Later than anything is due.
    private static final long FAR_NANOS = TimeUnit.DAYS.toNanos(10_000);

    private final String threadName;
    private final long longestNanos;
    private final long restNanos;

    @GuardedBy("this")
    private boolean stopped;

    private volatile @Nullable Thread thread;
    private volatile long nextWake;

    /// @param longestNanos the longest time that [#look] may say, but for [#REST_NANOS]
    /// @param restNanos    how long the thread sleeps when all links are at rest and nobody wakes it
    protected Rounds(String threadName, long longestNanos, long restNanos) {
        this.threadName = threadName;
        this.longestNanos = longestNanos;
        this.restNanos = restNanos;
    }

    protected abstract long nanoTime();

    protected abstract boolean hasLinks();

    /// The thread starts.
    protected void begin(long now) {}

    /// Looks at all links. What a link's observer throws must not end the rounds of the others.
    ///
    /// @return nanoseconds until it has to look again, or [#REST_NANOS]
    protected abstract long look(long now);

    /// Whether all links are still at rest, after [#look] has said [#REST_NANOS].
    protected boolean isAtRest() {
        return false;
    }

    /// There is a link now.
    public final synchronized void start() {
        if (thread == null && !stopped) {
            nextWake = nanoTime();
            thread = Thread.ofPlatform().daemon().name(threadName).start(this::run);
        }
    }

    /// Something is due then, perhaps before the round that comes.
    public final void expect(long atNanos) {
        if (atNanos - nextWake < 0) {
            wake();
        }
    }

    private void run() {
        begin(nanoTime());
        while (!end()) {
            long now = nanoTime();
            nextWake = now + longestNanos; // not too early: [#expect] compares with it
            long wait = look(now);
            boolean rests = wait == REST_NANOS;
            nextWake = now + (rests ? FAR_NANOS : wait);
            if (!rests || isAtRest()) {
                LockSupport.parkNanos(this, rests ? restNanos : wait);
            }
        }
    }

    private synchronized boolean end() {
        if (stopped || !hasLinks()) {
            thread = null;
            return true;
        }
        return false;
    }

    /// Whether no thread runs.
    public final boolean hasEnded() {
        return thread == null;
    }

    public final synchronized void stop() {
        stopped = true;
        wake();
    }

    private void wake() {
        Thread running = thread;
        if (running != null) {
            LockSupport.unpark(running);
        }
    }
}
