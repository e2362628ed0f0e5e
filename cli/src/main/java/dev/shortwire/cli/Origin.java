package dev.shortwire.cli;

import dev.shortwire.Bytes;
import dev.shortwire.Loader;

/// A loader that a configuration describes, with what it holds open. Safe for use by any thread.
interface Origin extends Loader<Bytes>, AutoCloseable {
    /// Lets go of connections. Loads that are under way fail.
    @Override
    void close();

    /// The origin that a configuration describes. Connects at the first load, not before.
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
