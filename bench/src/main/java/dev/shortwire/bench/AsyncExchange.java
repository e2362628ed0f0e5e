package dev.shortwire.bench;

import dev.shortwire.Bytes;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// An exchange whose replies are told on some thread of its own, or on the caller's before asking returns.
///
/// One outstanding: the caller asks, lends its thread where the exchange has a use for it, and parks until it was told.
///
/// Many outstanding: there is a [Slot] for each. The caller asks in all of them; from then on whoever is told a reply asks
/// the next in the same slot, so no thread is woken that need not be. A slot belongs to one thread after the other:
///
/// 1. The asking thread sets `ISSUING` and asks.
/// 2. Told before asking has returned, on whatever thread: that thread turns `ISSUING` to `DONE` and leaves; the asking
///    thread fails to turn `ISSUING` to `WAITING` and asks again. So a reply on the caller's stack does not grow it.
/// 3. Told later: the asking thread has turned `ISSUING` to `WAITING` and touches the slot no more; who is told takes it.
///
/// The compare-and-set carries everything else that the slot holds from one to the other.
abstract class AsyncExchange implements Exchange {
    private static final int ISSUING = 0;
    private static final int WAITING = 1;
    private static final int DONE = 2;
    /// After that long without a reply the measurement is given up.
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int CALLS_PER_LOOK = 64;

    private final String name;
    private final Slot single = new Slot();
    private volatile @Nullable Throwable fault;
    private volatile boolean stopped;
    private volatile @Nullable Run run;
    private Body body = Body.of(Body.Form.BYTES, 1);

    AsyncExchange(String name) {
        this.name = name;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public void ask(Body wanted) {
        body = wanted;
    }

    final Body body() {
        return body;
    }

    /// Asks; [Slot#told] or [#broken] is called once for it.
    abstract void issue(Slot slot);

    /// Lends the calling thread until the last call was told, where that is of use.
    void lend() {}

    /// A call failed, or all will. Ends the measurement.
    final void broken(Throwable cause) {
        if (fault == null) {
            fault = cause;
        }
        stopped = true;
        Run running = run;
        if (running != null) {
            LockSupport.unpark(running.caller);
        }
        Thread waiter = single.waiter;
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
    }

    @Override
    public final void call() throws IOException {
        Slot slot = single;
        slot.waiter = Thread.currentThread();
        slot.isTold = false;
        issue(slot);
        if (!slot.isTold) {
            lend();
        }
        if (!slot.isTold) {
            slot.await();
        }
    }

    @Override
    public final long pipeline(int outstanding, long untilNanos, Histogram sampled) throws IOException {
        checkWhole();
        Run running = new Run(outstanding, untilNanos, sampled);
        stopped = false;
        run = running;
        for (Slot slot : running.slots) {
            slot.start();
        }
        running.await();
        run = null;
        checkWhole();
        long calls = 0;
        for (Slot slot : running.slots) {
            calls += slot.calls;
        }
        return calls;
    }

    private void checkWhole() throws IOException {
        if (fault != null) {
            throw new IOException(name + ": " + fault.getMessage(), fault);
        }
    }

    /// One measurement with many outstanding.
    private final class Run {
        private final Slot[] slots;
        private final CountDownLatch left;
        private final long untilNanos;
        private final Thread caller = Thread.currentThread();

        Run(int outstanding, long untilNanos, Histogram sampled) {
            this.untilNanos = untilNanos;
            this.left = new CountDownLatch(outstanding);
            this.slots = new Slot[outstanding];
            for (int i = 0; i < outstanding; i++) {
                slots[i] = new Slot(this, i == 0 ? sampled : null);
            }
        }

        void await() throws IOException {
            for (long now = System.nanoTime(); now < untilNanos && fault == null; now = System.nanoTime()) {
                LockSupport.parkNanos(untilNanos - now);
            }
            stopped = true;
            try {
                if (fault == null && !left.await(PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
                    throw new IOException(name + ": " + left.getCount() + " of " + slots.length
                            + " calls had no reply within " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS) + " s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(name + ": interrupted", e);
            }
        }
    }

    /// A place for one call at a time. See the class.
    final class Slot {
        private final AtomicInteger state = new AtomicInteger();
        private final @Nullable Run run;
        private final @Nullable Histogram sampled;
        private long startNanos;
        private long calls;
        private volatile boolean isTold;
        private volatile @Nullable Thread waiter;

        private Slot() {
            this.run = null;
            this.sampled = null;
        }

        private Slot(Run run, @Nullable Histogram sampled) {
            this.run = run;
            this.sampled = sampled;
        }

        /// Whether it is the only one: then its caller waits for the reply, and lends its thread.
        boolean isSingle() {
            return run == null;
        }

        private void start() {
            do {
                if (sampled != null) {
                    startNanos = System.nanoTime();
                }
                state.set(ISSUING);
                issue(this);
            } while (!state.compareAndSet(ISSUING, WAITING));
        }

        /// The reply to the call.
        void told(Bytes reply) {
            body.accept(reply);
            Run pipelined = run;
            if (pipelined == null) {
                isTold = true;
                Thread waiting = waiter;
                if (waiting != Thread.currentThread()) {
                    LockSupport.unpark(waiting);
                }
            } else {
                next(pipelined);
            }
        }

        private void next(Run pipelined) {
            calls++;
            if (sampled != null) {
                sampled.record(System.nanoTime() - startNanos);
            }
            if (stopped || calls % CALLS_PER_LOOK == 0 && System.nanoTime() >= pipelined.untilNanos) {
                pipelined.left.countDown();
            } else if (!state.compareAndSet(ISSUING, DONE)) {
                start();
            }
        }

        private void await() throws IOException {
            long giveUpNanos = System.nanoTime() + PATIENCE_NANOS;
            while (!isTold) {
                checkWhole();
                long left = giveUpNanos - System.nanoTime();
                if (left <= 0) {
                    throw new IOException(name + ": no reply within "
                            + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS) + " s");
                }
                LockSupport.parkNanos(this, left);
            }
        }
    }
}
