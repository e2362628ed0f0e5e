package dev.shortwire.cli;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Prints lines on a thread of its own, so that nobody who has something to say waits for a slow reader. When too many
/// are waiting, further ones are left out and counted. Safe for use by any thread.
final class Lines implements AutoCloseable {
    private static final int MAX_WAITING = 10_000;

    private final Consumer<String> printer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<String> waiting = new ArrayDeque<>();
    private final Thread thread;
    private long leftOut;
    private boolean printing;
    private boolean closed;

    /// @param printer prints one line, and may block
    Lines(Consumer<String> printer) {
        this.printer = printer;
        this.thread = Thread.ofPlatform().daemon().name("shortwire-lines").start(this::print);
    }

    /// Prints `line` soon, in the order of the calls.
    void add(String line) {
        lock.lock();
        try {
            if (waiting.size() >= MAX_WAITING) {
                leftOut++;
            } else {
                waiting.add(line);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void print() {
        for (String line = next(); line != null; line = next()) {
            printer.accept(line);
        }
    }

    private @Nullable String next() {
        lock.lock();
        try {
            printing = false;
            changed.signalAll();
            while (waiting.isEmpty() && leftOut == 0 && !closed) {
                changed.awaitUninterruptibly();
            }
            printing = true;
            String line = waiting.poll();
            if (line != null) {
                return line;
            }
            if (leftOut == 0) {
                return null;
            }
            String gap = "… " + leftOut + " lines left out: they came faster than they were read";
            leftOut = 0;
            return gap;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until all is printed, at most for `patience`.
    void flush(Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            while ((printing || !waiting.isEmpty() || leftOut > 0) && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /// Prints what is left, within half a second, and ends. Safe to repeat.
    @Override
    public void close() {
        flush(Duration.ofMillis(500));
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(Duration.ofMillis(100));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
