package dev.shortwire.wire.udp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Who receives the datagrams of a link: one thread at a time has the right to, blocks in the port, and hands out what
/// comes, to whomever it belongs.
///
/// 1. A caller that lends itself and finds the right free. It receives until its own call has an outcome.
/// 2. A *follower*: a lending caller that found the right taken, and sleeps until it is told, or woken to take over.
/// 3. The link's own thread, for calls whose callers do not lend themselves, or announced to and did not. It keeps the right until the timekeeper, which
///    looks now and then, has found twice in a row that nobody needs it any more.
///
/// **No wake-up is lost.** Whoever needs a reader first says so and then looks whether the right is free; whoever gives it
/// up first frees it and then looks who needs one. And a thread that blocks in the port is not woken by a signal that
/// could come too early, but by an empty datagram, which waits for it. So the caller that leads tells which call it leads
/// for (`leading`) and then looks whether that has its outcome; whoever tells an outcome marks it told and then looks who
/// leads for it.
final class ReadingTurn {
    /// What is read.
    interface Source {
        boolean isReadable();

        /// Whether something is to be read for that no lending caller waits for.
        boolean needsThread();

        /// Blocks until a datagram comes or [#wake] is called, and hands out what it brings.
        void step();

        /// Ends the present [#step], or the next.
        void wake();

        /// This thread gives up the right.
        void leave();
    }

    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long MAX_FOLLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Source source;
    private final AtomicReference<@Nullable Thread> reader = new AtomicReference<>();
    private final AtomicBoolean signal = new AtomicBoolean();
    private volatile @Nullable UdpCall leading;
    private volatile boolean releases;
    private volatile int followerCount;

    @GuardedBy("this")
    private final List<UdpCall> followers = new ArrayList<>();

    @GuardedBy("this")
    private @Nullable Thread thread;

    /// Of the timekeeper.
    private boolean wasIdle;

    ReadingTurn(Source source) {
        this.source = source;
    }

    boolean isMine() {
        return reader.get() == Thread.currentThread();
    }

    /// Whether nobody reads.
    boolean isFree() {
        return reader.get() == null;
    }

    // ---- callers that lend themselves

    void lend(UdpCall call) {
        Thread me = Thread.currentThread();
        if (me.isVirtual() || reader.get() == me) {
            return;
        }
        boolean hasFollowed = false;
        while (!call.isTold() && source.isReadable() && !me.isInterrupted()) {
            if (reader.compareAndSet(null, me)) {
                hasFollowed = false;
                lead(call, me);
            } else {
                hasFollowed = true;
                follow(call, me);
            }
        }
        if (hasFollowed && reader.get() == null) {
            passOn();
        }
    }

    private void lead(UdpCall call, Thread me) {
        leading = call;
        try {
            while (!call.isTold() && source.isReadable() && !me.isInterrupted()) {
                source.step();
            }
        } finally {
            leading = null;
            giveUp();
        }
    }

    private void follow(UdpCall call, Thread me) {
        call.waiter = me;
        synchronized (this) {
            followers.add(call);
            followerCount = followers.size();
        }
        if (!call.isTold() && reader.get() != null && source.isReadable()) {
            LockSupport.parkNanos(this, MAX_FOLLOW_NANOS);
        }
        synchronized (this) {
            followers.remove(call);
            followerCount = followers.size();
        }
        call.waiter = null;
    }

    /// An outcome was told; whoever waits for it goes on.
    void told(UdpCall call) {
        Thread waiter = call.waiter;
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
        if (leading == call && reader.get() != Thread.currentThread()) {
            source.wake();
        }
    }

    private void giveUp() {
        source.leave();
        reader.set(null);
        passOn();
    }

    private void passOn() {
        if ((followerCount == 0 || !wakeFollower()) && source.needsThread()) {
            wakeThread();
        }
    }

    private synchronized boolean wakeFollower() {
        for (UdpCall call : followers) {
            Thread waiter = call.waiter;
            if (waiter != null && !call.isTold()) {
                LockSupport.unpark(waiter);
                return true;
            }
        }
        return false;
    }

    // ---- the link's own thread

    /// Something is to be read for that no lending caller waits for.
    void need() {
        if (reader.get() == null) {
            wakeThread();
        }
    }

    private void wakeThread() {
        if (signal.compareAndSet(false, true)) {
            synchronized (this) {
                Thread running = thread;
                if (running == null) {
                    thread = Thread.ofPlatform().daemon().name("shortwire-udp-read").start(this::run);
                } else {
                    LockSupport.unpark(running);
                }
            }
        }
    }

    private void run() {
        long lastWork = System.nanoTime();
        while (source.isReadable()) {
            signal.set(false);
            if (source.needsThread() && reader.compareAndSet(null, Thread.currentThread())) {
                read();
                lastWork = System.nanoTime();
            }
            long left = lastWork + KEPT_NANOS - System.nanoTime();
            if (left <= 0 && end()) {
                return;
            }
            if (!signal.get() && source.isReadable()) {
                LockSupport.parkNanos(this, Math.max(left, 1));
            }
        }
        synchronized (this) {
            thread = null;
        }
    }

    private void read() {
        releases = false;
        try {
            while (source.isReadable() && (!releases || source.needsThread())) {
                source.step();
            }
        } finally {
            giveUp();
        }
    }

    /// Ends unless a signal came in; the next one then starts another thread.
    private synchronized boolean end() {
        if (signal.get()) {
            return false;
        }
        thread = null;
        return true;
    }

    /// By the timekeeper, now and then: has the link's thread give up a right that nobody needs, and whoever was
    /// interrupted notice.
    void look() {
        Thread reads = reader.get();
        boolean isOwn;
        synchronized (this) {
            isOwn = reads != null && reads == thread;
        }
        boolean isIdle = isOwn && !source.needsThread();
        if (isIdle && wasIdle) {
            releases = true;
            source.wake();
        } else if (reads != null && !isOwn && reads.isInterrupted()) {
            source.wake();
        }
        wasIdle = isIdle;
    }

    /// The source is closed: all who wait go on.
    void close() {
        synchronized (this) {
            Thread running = thread;
            if (running != null) {
                LockSupport.unpark(running);
            }
            followers.forEach(call -> LockSupport.unpark(call.waiter));
        }
    }

    /// Whether no thread of the link's own runs.
    synchronized boolean isQuiet() {
        return thread == null;
    }
}
