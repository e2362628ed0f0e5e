package dev.shortwire.cli;

import dev.shortwire.Bytes;
import dev.shortwire.LoadContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A database: one statement with one parameter, whose first column of the first row is the value. Binary columns are
/// taken as they are, anything else as text in UTF-8.
final class JdbcOrigin implements Origin {
    private static final Set<Integer> BINARY = Set.of(Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB);

    private final JdbcOriginConfig config;
    private final JdbcPool pool;

    JdbcOrigin(JdbcOriginConfig config) {
        this.config = config;
        this.pool = new JdbcPool(config);
    }

    @Override
    public @Nullable Bytes load(String key, LoadContext context) throws SQLException, InterruptedException {
        Duration remaining = context.remaining();
        return pool.load(remaining, connection -> query(connection, key, remaining));
    }

    private @Nullable Bytes query(Connection connection, String key, Duration remaining) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(config.query())) {
            statement.setQueryTimeout(Math.clamp(remaining.toSeconds() + 1, 1, 86_400));
            statement.setMaxRows(1);
            statement.setString(1, key);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? value(rows) : null;
            }
        }
    }

    private static @Nullable Bytes value(ResultSet rows) throws SQLException {
        if (BINARY.contains(rows.getMetaData().getColumnType(1))) {
            byte[] bytes = rows.getBytes(1);
            return bytes == null ? null : Bytes.adopt(bytes);
        }
        String text = rows.getString(1);
        return text == null ? null : Bytes.utf8(text);
    }

    @Override
    public void close() {
        pool.close();
    }
}
