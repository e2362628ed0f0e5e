package dev.shortwire.wire.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The link's own thread, for calls whose callers do not read. It is started when it is first needed, sleeps when it is
/// not, and ends when the link does or has not needed it for a while.
///
/// `signal` is set before the thread is woken and cleared before it looks for work, so that no wake-up is lost, and a
/// thread that is awake is not woken again.
final class ReaderThread {
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final StreamLink link;
    private final AtomicBoolean signal = new AtomicBoolean();
    private volatile boolean rescue;

    @GuardedBy("this")
    private @Nullable Thread thread;

    ReaderThread(StreamLink link) {
        this.link = link;
    }

    /// Has the thread look for work.
    void wake() {
        if (signal.compareAndSet(false, true)) {
            wakeOrStart();
        }
    }

    /// Has it read although only callers that were to lend themselves wait.
    void rescue() {
        rescue = true;
        wake();
    }

    synchronized void wakeIfStarted() {
        Thread running = thread;
        if (running != null) {
            LockSupport.unpark(running);
        }
    }

    private synchronized void wakeOrStart() {
        Thread running = thread;
        if (running == null) {
            thread = Thread.ofPlatform().daemon().name("shortwire-" + link.label() + "-read").start(this::run);
        } else {
            LockSupport.unpark(running);
        }
    }

    private void run() {
        long lastWork = System.nanoTime();
        while (link.isOpen()) {
            signal.set(false);
            boolean forAll = rescue;
            if (forAll || link.needsThread()) {
                rescue = false;
                link.readForOthers(forAll);
                lastWork = System.nanoTime();
            }
            long left = lastWork + KEPT_NANOS - System.nanoTime();
            if (left <= 0 && end()) {
                return;
            }
            if (!signal.get()) {
                LockSupport.parkNanos(link, Math.max(left, 1));
            }
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
}
