package dev.shortwire.cli;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.h2.api.Trigger;

/// Counts what reaches the database, at the database: H2 fires it before each SELECT on the tables of the demo,
/// whoever sends it. It also makes each one take as long as a busy database would. Public because H2 makes the
/// instances, by name, in the process that opened the database; what they count is that process's, hence static.
public final class LoadMeter implements Trigger {
    private static final AtomicLong LOADS = new AtomicLong();
    private static final AtomicLong DELAY_NANOS = new AtomicLong();

    /// Loads since the process started.
    static long loads() {
        return LOADS.get();
    }

    /// What each load costs from now on.
    static void delayNanos(long nanos) {
        DELAY_NANOS.set(nanos);
    }

    @Override
    public void fire(Connection connection, Object[] oldRow, Object[] newRow) throws SQLException {
        LOADS.incrementAndGet();
        long end = System.nanoTime() + DELAY_NANOS.get();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            if (Thread.interrupted()) {
                throw new SQLTimeoutException("the database is closing");
            }
            LockSupport.parkNanos(left);
        }
    }
}
