package dev.shortwire.cli;

import dev.shortwire.Bytes;
import dev.shortwire.Loader;

/// A loader that a configuration describes, with what it holds open. Safe for use by any thread.
interface Origin extends Loader<Bytes>, AutoCloseable {
    /// Does now what the first load would have to do and wait for, as far as it can be done. Blocks; throws nothing: an
    /// origin that is away may be there when it is needed.
    default void warmUp() {}

    /// Lets go of connections. Loads that are under way fail.
    @Override
    void close();

    /// The origin that a configuration describes. Connects at the first load, or before it in [#warmUp].
    ///
    /// @throws dev.shortwire.ConfigurationException if it can never work, such as a database without a driver
    static Origin of(OriginConfig config) {
        if (config.jdbc() != null) {
            return new JdbcOrigin(config.jdbc());
        }
        if (config.http() != null) {
            return new HttpOrigin(config.http());
        }
        throw new IllegalStateException("an origin has neither jdbc nor http");
    }
}
