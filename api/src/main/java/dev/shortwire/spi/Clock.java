package dev.shortwire.spi;

/// Time as a node knows it. The real one is [#SYSTEM]; the simulator's moves only when nothing else can happen.
public interface Clock {
    /// How far [#recentNanoTime()] may lie in the past, in nanoseconds: one second.
    long RECENT_NANOS = 1_000_000_000L;

    /// The machine's own clocks.
    Clock SYSTEM = new Clock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    };

    /// Nanoseconds since an arbitrary instant; only differences mean anything. Never goes back.
    long nanoTime();

    /// An instant on the same scale, now or up to [#RECENT_NANOS] ago, which may cost much less to ask: for the question
    /// whether an end is still far away. In a process that was stopped (SIGSTOP, a suspended machine) it may be older
    /// until its threads have run again for a moment.
    default long recentNanoTime() {
        return nanoTime();
    }

    /// Milliseconds since 1970-01-01T00:00Z; may be wrong and may jump. For people to read, never for decisions.
    long wallMillis();
}
