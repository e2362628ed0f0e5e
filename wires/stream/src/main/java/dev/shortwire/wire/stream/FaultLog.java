package dev.shortwire.wire.stream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Logs each kind of fault once so that it is seen, and from then on at debug level: whoever attacks a listener can't
/// fill a disk. Safe for use by any thread.
public final class FaultLog {
    private static final Logger log = LoggerFactory.getLogger(FaultLog.class);

    private final String wire;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    /// @param wire name of the wire, which begins each line
    public FaultLog(String wire) {
        this.wire = wire;
    }

    /// Something that the operator should look at.
    ///
    /// @param kind  a fixed text
    /// @param cause an exception whose stack trace tells where, or null
    public void warn(String kind, String message, @Nullable Throwable cause) {
        add(Level.WARN, kind, message, cause);
    }

    /// Something that peers and strangers do.
    public void info(String kind, String message) {
        add(Level.INFO, kind, message, null);
    }

    private void add(Level level, String kind, String message, @Nullable Throwable cause) {
        if (seen.add(kind)) {
            log.atLevel(level).setCause(cause).log("{}: {}; further ones of this kind are logged at debug level", wire,
                    message);
        } else {
            log.atDebug().setCause(cause).log("{}: {}", wire, message);
        }
    }
}
