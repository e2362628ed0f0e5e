package dev.shortwire.node;

import dev.shortwire.spi.Clock;
import java.util.concurrent.locks.LockSupport;

/// The machine's clocks, with a recent time that costs no more than reading a field: a daemon thread writes it down
/// twenty times a second, as long as somebody asks for it. One for all nodes of the process; safe for use by any thread.
final class NodeClock implements Clock {
    static final NodeClock INSTANCE = new NodeClock();

    private static final long TICK_NANOS = 50_000_000;
    private static final int TICKS_UNUSED = 40;
    /// Stands for "nobody writes it down".
    private static final long STOPPED = Long.MIN_VALUE;

    private volatile long recent = STOPPED;
    /// Somebody has asked lately. Plain: a reader that sees it late writes it once more, the thread that does stops later.
    private boolean used;
    /// Guarded by this.
    private boolean running;

    private NodeClock() {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public long recentNanoTime() {
        long at = recent;
        if (at == STOPPED) {
            start();
            return System.nanoTime();
        }
        if (!used) {
            used = true;
        }
        return at;
    }

    private synchronized void start() {
        used = true;
        if (!running) {
            running = true;
            Thread.ofPlatform().daemon().name("shortwire-clock").start(this::tick);
        }
    }

    private void tick() {
        int unused = 0;
        while (unused < TICKS_UNUSED) {
            recent = System.nanoTime();
            LockSupport.parkNanos(TICK_NANOS);
            unused = used ? 0 : unused + 1;
            used = false;
        }
        stop();
    }

    private synchronized void stop() {
        recent = STOPPED;
        running = false;
    }
}
