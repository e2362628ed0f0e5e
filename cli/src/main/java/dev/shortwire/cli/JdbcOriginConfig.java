package dev.shortwire.cli;

import static dev.shortwire.ConfigurationException.require;

import org.jspecify.annotations.Nullable;

/// A database as the origin of a group. A driver that is not H2's has to be on the class path.
record JdbcOriginConfig(
        @Setting(value = "JDBC URL of the database.", unset = "must be set") String url,
        @Setting(value = "User of the database.", unset = "none") @Nullable String user,
        @Setting(value = "The user's password; prints as `***`.", unset = "none") @Nullable Secret password,
        @Setting(value = "Statement with one `?` for the key; the first column of its first row is the value. No row,"
                + " or NULL: no such key.", unset = "must be set") String query,
        @Setting(value = "Connections that this node opens at most, 1 to 1,000. Raising it costs the database.", unset = "`8`") @Nullable Integer maxConnections) {
    static final int DEFAULT_MAX_CONNECTIONS = 8;

    JdbcOriginConfig {
        require(url != null && url.startsWith("jdbc:"),
                "jdbc.url must be a JDBC URL, such as jdbc:postgresql://localhost/shop; set jdbc.url");
        require(query != null && placeholders(query) == 1,
                "jdbc.query must have exactly one ? outside quotes, for the key; set jdbc.query");
        require(maxConnections == null || maxConnections >= 1 && maxConnections <= 1_000,
                "jdbc.max-connections=" + maxConnections + " must be 1 to 1000; set jdbc.max-connections");
    }

    int maxConnectionsOrDefault() {
        return maxConnections == null ? DEFAULT_MAX_CONNECTIONS : maxConnections;
    }

    /// The URL without what may be a password: user information and parameters. For messages, which callers get to see.
    String shownUrl() {
        return url.replaceFirst("^(jdbc:[^:]*:).*@", "$1***@").replaceFirst("(?s)[?;].*", "");
    }

    /// Question marks outside of quoted text and names.
    private static int placeholders(String sql) {
        int count = 0;
        char quote = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '?') {
                count++;
            }
        }
        return count;
    }
}
