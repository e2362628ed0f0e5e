package dev.shortwire.geecache;

import dev.shortwire.FailureKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// The flights of one group: whoever asks for a key that is on its way waits for that flight instead of starting
/// another. A flight runs on a virtual thread of its own, so that a caller who is interrupted fails alone.
///
/// A flight ends once: when its work does, or when somebody who waits finds its deadline passed; that one interrupts the
/// work, whose result nobody wants any more. What is done with its outcome is done before the flight is gone: who no
/// longer finds the flight finds what it stored. Safe for use by any thread.
final class Flights {
    private final String what;
    private final long timeoutNanos;
    private final ConcurrentHashMap<String, Flight> flights = new ConcurrentHashMap<>();

    /// @param what    names these flights in messages
    /// @param timeout how long a flight may take
    Flights(String what, Duration timeout) {
        this.what = what;
        this.timeoutNanos = timeout.toNanos();
    }

    /// What runs in a flight.
    @FunctionalInterface
    interface Work {
        /// @param deadlineNanos when nobody waits any more
        Read run(long deadlineNanos) throws InterruptedException;
    }

    /// Waits for the flight of `key`, which does `work` if it has to be started, at most until the flight's deadline.
    ///
    /// @param ended is told the outcome of a flight that this call starts, once, whatever it is; must not block
    Read join(String key, Work work, Consumer<Read> ended) {
        Flight mine = new Flight(key, work, ended);
        while (true) {
            Flight present = flights.putIfAbsent(key, mine);
            if (present == null) {
                mine.thread.start();
                return mine.await();
            }
            if (present.remainingNanos() > 0) {
                return present.await().asShared();
            }
            present.expire();
            Thread.onSpinWait();
        }
    }

    /// Whether `thread` does the work of the present flight of `key`, and so must not wait for it.
    boolean isRunBy(Thread thread, String key) {
        Flight flight = flights.get(key);
        return flight != null && flight.thread == thread;
    }

    private final class Flight {
        final Thread thread;
        private final String key;
        private final Work work;
        private final Consumer<Read> ended;
        private final long deadlineNanos = System.nanoTime() + timeoutNanos;
        private final AtomicBoolean settled = new AtomicBoolean();
        private final CompletableFuture<Read> outcome = new CompletableFuture<>();

        Flight(String key, Work work, Consumer<Read> ended) {
            this.key = key;
            this.work = work;
            this.ended = ended;
            this.thread = Thread.ofVirtual().name("shortwire-geecache-flight").unstarted(this::run);
        }

        private void run() {
            Read read;
            try {
                read = work.run(deadlineNanos);
            } catch (InterruptedException e) {
                read = Read.failed(FailureKind.CANCELLED, label() + " was interrupted", e);
            } catch (Throwable fault) {
                read = Read.failed(FailureKind.INTERNAL, label() + " failed: " + fault, fault);
            }
            settle(read);
        }

        private String label() {
            return what + "/" + KeyNotFoundException.shown(key);
        }

        long remainingNanos() {
            return deadlineNanos - System.nanoTime();
        }

        Read await() {
            try {
                return outcome.get(remainingNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                expire();
                return outcome.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Read.failed(FailureKind.CANCELLED,
                        "the caller was interrupted while it waited for " + label() + "; the load goes on", e);
            } catch (ExecutionException e) {
                throw new AssertionError("a flight's outcome is never exceptional", e);
            }
        }

        void expire() {
            Read late = Read.failed(FailureKind.DEADLINE, label() + " took longer than "
                    + Duration.ofNanos(timeoutNanos) + "; look at what it waits for, or raise the group's timeout",
                    null);
            if (settle(late)) {
                thread.interrupt();
            }
        }

        private boolean settle(Read read) {
            if (!settled.compareAndSet(false, true)) {
                return false;
            }
            try {
                ended.accept(read);
            } finally {
                flights.remove(key, this);
                outcome.complete(read);
            }
            return true;
        }
    }
}
