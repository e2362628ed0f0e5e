package dev.shortwire.cli;

import dev.shortwire.Bytes;
import dev.shortwire.ConfigurationException;
import dev.shortwire.Limits;
import dev.shortwire.LoadContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A database: one statement with one parameter, whose first column of the first row is the value. Binary columns are
/// taken as they are, anything else as text in UTF-8.
final class JdbcOrigin implements Origin {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcOrigin.class);
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Set<Integer> BINARY = Set.of(Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB);

    private static final Set<Integer> LONG_TEXT = Set.of(Types.VARCHAR, Types.LONGVARCHAR, Types.CLOB, Types.NVARCHAR,
            Types.LONGNVARCHAR, Types.NCLOB);

    private final JdbcOriginConfig config;
    private final JdbcPool pool;

    /// Connects at the first load, or in [#warmUp]: the database may come later. Its driver may not.
    ///
    /// @throws ConfigurationException if there is no driver for the URL
    JdbcOrigin(JdbcOriginConfig config) {
        try {
            DriverManager.getDriver(config.url());
        } catch (SQLException none) {
            throw new ConfigurationException(
                    "jdbc.url=" + config.shownUrl() + " has no driver on the class path; put the"
                            + " driver's jar there, for the launcher script by SHORTWIRE_CLASSPATH, or set jdbc.url");
        }
        this.config = config;
        this.pool = new JdbcPool(config);
    }

    @Override
    public @Nullable Bytes load(String key, LoadContext context) throws SQLException, InterruptedException {
        Duration remaining = context.remaining();
        return pool.load(remaining, connection -> query(connection, key, remaining));
    }

    /// Connects and has the statement prepared.
    @Override
    public void warmUp() {
        try {
            pool.load(WARM_UP, connection -> {
                connection.prepareStatement(config.query()).close();
                return null;
            });
        } catch (SQLException | RuntimeException away) {
            LOG.debug("{} can't be used yet: {}", config.shownUrl(), away.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

    /// Long columns are read as streams: no more memory is taken than a value may have, however much there is.
    private static @Nullable Bytes value(ResultSet rows) throws SQLException {
        int type = rows.getMetaData().getColumnType(1);
        try {
            if (BINARY.contains(type)) {
                InputStream bytes = rows.getBinaryStream(1);
                return bytes == null ? null : Bytes.adopt(bounded(bytes));
            }
            if (LONG_TEXT.contains(type)) {
                Reader text = rows.getCharacterStream(1);
                return text == null ? null : Bytes.utf8(bounded(text));
            }
        } catch (IOException broken) {
            throw new SQLException("the value can't be read: " + broken.getMessage(), broken);
        }
        String text = rows.getString(1);
        return text == null ? null : Bytes.utf8(text);
    }

    private static byte[] bounded(InputStream from) throws IOException {
        try (from) {
            byte[] bytes = from.readNBytes(Limits.MAX_VALUE_BYTES + 1);
            Limits.requireValueLength(bytes.length);
            return bytes;
        }
    }

    private static String bounded(Reader from) throws IOException {
        try (from) {
            StringBuilder text = new StringBuilder();
            char[] part = new char[8192];
            for (int read = from.read(part); read >= 0; read = from.read(part)) {
                text.append(part, 0, read);
                Limits.requireValueLength(text.length()); // a character has one byte or more
            }
            return text.toString();
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
