package dev.shortwire.spi;

/// Time as a node knows it. The real one is [#SYSTEM]; the simulator's moves only when nothing else can happen.
public interface Clock {
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

    /// Milliseconds since 1970-01-01T00:00Z; may be wrong and may jump. For people to read, never for decisions.
    long wallMillis();
}
