package dev.shortwire.cache;

import dev.shortwire.Version;
import dev.shortwire.spi.Scheduler.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One load, shared by all who wait for it. Confined to the serialized machine.
final class Flight {
    /// How far it is.
    enum State {
        /// Waits for its turn at the origin.
        QUEUED,
        /// The loader runs.
        RUNNING,
        /// Those who waited have been told.
        ENDED
    }

    final CacheGroup group;
    final String key;
    /// Drawn when the flight started: what is written meanwhile is newer, whatever the loader brings.
    final Version version;
    final Ancestry ancestry;
    final long startedNanos;
    /// False for a load here of a key that another node owns: its result is returned and not stored.
    final boolean stored;
    final List<Consumer<Outcome>> waiters = new ArrayList<>();
    State state = State.QUEUED;
    /// True once something newer happened to the key: whoever comes now loads anew, and the result is not stored.
    boolean detached;
    boolean holdsPermit;
    long loadStartedNanos;
    @Nullable
    Timer timeout;
    Runnable giveUp = () -> {};

    Flight(CacheGroup group, String key, Version version, Ancestry ancestry, long startedNanos, boolean stored) {
        this.group = group;
        this.key = key;
        this.version = version;
        this.ancestry = ancestry;
        this.startedNanos = startedNanos;
        this.stored = stored;
    }

    Id id() {
        return new Id(group.name(), key, stored);
    }

    /// What distinguishes flights under way.
    record Id(String group, String key, boolean stored) {}
}
