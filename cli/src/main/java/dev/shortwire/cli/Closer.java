package dev.shortwire.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/// What was opened, to be closed in the opposite order, however far the opening got and whoever ends it. Guarded by
/// itself; closing happens outside of the lock.
final class Closer implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    /// Who comes second waits for the first: a process ends when the thread that a signal started is done, whatever
    /// another one is closing.
    private final ReentrantLock closing = new ReentrantLock();
    private boolean closed;

    /// Takes charge of `resource`. If this is closed by now, closes it at once.
    ///
    /// @throws CliException if this is closed: the opening has to stop
    <T extends AutoCloseable> T add(T resource) {
        synchronized (this) {
            if (!closed) {
                opened.push(resource);
                return resource;
            }
        }
        CliException stopped = new CliException(ExitCode.FAILED, "stopped while it was starting");
        try {
            resource.close();
        } catch (Exception failure) {
            stopped.addSuppressed(failure);
        }
        throw stopped;
    }

    /// Closes everything, even if some of it fails. Safe to repeat, and by several threads.
    ///
    /// @throws CliException with the failures attached, if there are any
    @Override
    public void close() {
        closing.lock();
        try {
            closeAll();
        } finally {
            closing.unlock();
        }
    }

    private void closeAll() {
        CliException failed = null;
        for (AutoCloseable next = next(); next != null; next = next()) {
            try {
                next.close();
            } catch (Exception failure) {
                if (failed == null) {
                    failed = new CliException(ExitCode.FAILED,
                            "could not put everything away: " + failure.getMessage());
                }
                failed.addSuppressed(failure);
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    private synchronized @org.jspecify.annotations.Nullable AutoCloseable next() {
        closed = true;
        return opened.poll();
    }
}
