package dev.shortwire.cli;

import dev.shortwire.Bytes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Connections to one database, kept for the next load and never more than a bound. Guarded by `lock`; nothing that
/// waits for the database happens under it.
final class JdbcPool implements AutoCloseable {
    private final JdbcOriginConfig config;
    private final Semaphore permits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    JdbcPool(JdbcOriginConfig config) {
        this.config = config;
        this.permits = new Semaphore(config.maxConnectionsOrDefault());
    }

    /// Runs `work` on a connection. A kept connection that turns out to be dead is replaced and the work done again:
    /// only for work that may be done twice. Blocks for a free connection until `patience` ends.
    ///
    /// An interrupt closes the socket that a virtual thread waits on, so a load that was given up loses its connection.
    /// It is not done again: still interrupted, it would go through all the others and close each of them.
    @Nullable
    Bytes load(Duration patience, Work work) throws SQLException, InterruptedException {
        long start = System.nanoTime();
        if (!permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new SQLException("all " + config.maxConnectionsOrDefault() + " connections to " + config.shownUrl()
                    + " are busy; raise jdbc.max-connections");
        }
        try {
            while (true) {
                Connection kept = takeIdle();
                if (kept == null) {
                    return run(connect(), work);
                }
                try {
                    return run(kept, work);
                } catch (SQLException broken) {
                    boolean givenUp = Thread.currentThread().isInterrupted()
                            || System.nanoTime() - start >= patience.toNanos();
                    if (givenUp || !kept.isClosed()) {
                        throw broken; // or the statement's fault, not the connection's
                    }
                }
            }
        } finally {
            permits.release();
        }
    }

    /// Keeps the connection if the work succeeded or the connection is still good; closes it otherwise.
    private @Nullable Bytes run(Connection connection, Work work) throws SQLException {
        boolean good = false;
        try {
            Bytes result = work.on(connection);
            good = true;
            return result;
        } catch (SQLException failure) {
            good = isValid(connection);
            throw failure;
        } finally {
            if (!good || !keep(connection)) {
                closeQuietly(connection);
            }
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        if (config.user() != null) {
            properties.setProperty("user", config.user());
        }
        if (config.password() != null) {
            properties.setProperty("password", config.password().reveal());
        }
        try {
            return DriverManager.getConnection(config.url(), properties);
        } catch (SQLException failure) {
            String message = String.valueOf(failure.getMessage());
            if (!message.contains(config.url())) {
                throw failure;
            }
            // without its cause, whose message has the URL, and maybe a password in it, once more
            String remedy = message.startsWith("No suitable driver")
                    ? "; put the driver's jar on the class path, for the launcher script by SHORTWIRE_CLASSPATH"
                    : "";
            throw new SQLException(message.replace(config.url(), config.shownUrl()) + remedy, failure.getSQLState(),
                    failure.getErrorCode());
        }
    }

    private static boolean isValid(Connection connection) {
        try {
            return connection.isValid(1);
        } catch (SQLException broken) {
            return false;
        }
    }

    private @Nullable Connection takeIdle() {
        lock.lock();
        try {
            return idle.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    private boolean keep(Connection connection) {
        lock.lock();
        try {
            if (!closed) {
                idle.addFirst(connection);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException alreadyBroken) {
            // it was given up because it is broken; there is nothing left to let go of
        }
    }

    @Override
    public void close() {
        Deque<Connection> left;
        lock.lock();
        try {
            closed = true;
            left = new ArrayDeque<>(idle);
            idle.clear();
        } finally {
            lock.unlock();
        }
        left.forEach(JdbcPool::closeQuietly);
    }

    /// What loads a value with a connection.
    interface Work {
        @Nullable
        Bytes on(Connection connection) throws SQLException;
    }
}
