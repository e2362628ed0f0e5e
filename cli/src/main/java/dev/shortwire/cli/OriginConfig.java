package dev.shortwire.cli;

import static dev.shortwire.ConfigurationException.require;

import org.jspecify.annotations.Nullable;

/// Where a group's values come from: a database or an HTTP server.
record OriginConfig(
        @Setting(value = "A database.", unset = "none") @Nullable JdbcOriginConfig jdbc,
        @Setting(value = "An HTTP server.", unset = "none") @Nullable HttpOriginConfig http) {
    OriginConfig {
        require((jdbc == null) != (http == null),
                "origin must have exactly one of jdbc and http; leave origin out for a group that is filled by puts");
    }
}
