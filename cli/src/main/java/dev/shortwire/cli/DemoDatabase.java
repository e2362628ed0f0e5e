package dev.shortwire.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.function.Consumer;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;

/// The origin of the demo: an H2 database in a file, opened by this process and reached by the nodes over TCP on
/// loopback, as a user who may read two tables and nothing else. Ends with this process, not with any node.
///
/// Its address and password are known before it is open, so that the nodes can start while the tables are filled; a
/// load that comes too early fails, and the next one works. Guarded by itself.
final class DemoDatabase implements AutoCloseable {
    static final String SCORES_QUERY = "SELECT score FROM scores WHERE name = ?";
    static final String UNICODE_QUERY = "SELECT name FROM unicode WHERE code_point = ?";
    private static final String READER = "reader";
    private static final int BATCH = 10_000;
    /// Filled once, the file is only read: there is nothing to gain by moving its pages together, which would take the
    /// processor while the nodes start.
    private static final String OPTIONS = ";DB_CLOSE_ON_EXIT=FALSE;AUTO_COMPACT_FILL_RATE=0;MAX_COMPACT_TIME=0";
    private static final String SCHEMA = """
            CREATE TABLE IF NOT EXISTS scores (name VARCHAR(64) PRIMARY KEY, score VARCHAR(16) NOT NULL);
            CREATE TABLE IF NOT EXISTS unicode (code_point VARCHAR(8) PRIMARY KEY, name VARCHAR(200) NOT NULL,
                block VARCHAR(100) NOT NULL, script VARCHAR(100) NOT NULL);
            CREATE TABLE IF NOT EXISTS filled (rows BIGINT NOT NULL);
            """;
    private static final String METERS = """
            CREATE TRIGGER IF NOT EXISTS meter_scores BEFORE SELECT ON scores CALL '%1$s';
            CREATE TRIGGER IF NOT EXISTS meter_unicode BEFORE SELECT ON unicode CALL '%1$s';
            """.formatted(LoadMeter.class.getName());

    private final Path folder;
    /// Keeps the port from everybody else until the server takes it: bound, and refuses to be connected to.
    private final Socket reserved = new Socket();
    private final int port;
    private final String readerPassword = randomPassword();
    private @Nullable Connection connection;
    private @Nullable Server server;
    private boolean whole;
    /// Set without the lock, which whoever fills holds for seconds.
    private volatile boolean closing;

    /// Where the database is and will be reached: at a free port of 127.0.0.1. Nothing is opened yet.
    ///
    /// @param folder of the database file; exists
    /// @throws IOException if no port is free
    DemoDatabase(Path folder) throws IOException {
        this.folder = folder;
        reserved.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        this.port = reserved.getLocalPort();
    }

    /// Opens the database, fills it if that was not done before, and lets the nodes in.
    ///
    /// @param delay    what each load costs
    /// @param progress told how the filling goes
    /// @return rows of the table `unicode`
    synchronized long open(Duration delay, Consumer<String> progress) throws SQLException, IOException {
        requireOpen();
        // read once, when H2's classes are loaded: its server listens on every address otherwise
        System.setProperty("h2.bindAddress", "127.0.0.1");
        Connection opened = connectToWholeOrNew();
        connection = opened;
        long rows;
        try (Statement statement = opened.createStatement()) {
            statement.execute(SCHEMA);
            rows = filled(statement);
            if (rows == 0) {
                rows = fill(opened, statement, progress);
            }
            statement.execute(METERS);
            statement.execute("CREATE USER IF NOT EXISTS " + READER + " PASSWORD '" + readerPassword + "'");
            statement.execute("ALTER USER " + READER + " SET PASSWORD '" + readerPassword + "'");
            statement.execute("GRANT SELECT ON scores, unicode TO " + READER);
            statement.execute("CHECKPOINT SYNC"); // the last writing there is: what is killed from now on is whole
        }
        whole = true;
        LoadMeter.delayNanos(delay.toNanos());
        Server reachable = Server.createTcpServer("-tcpPort", Integer.toString(port), "-tcpPassword", randomPassword(),
                "-ifExists", "-key", "origin", file(folder));
        reserved.close();
        server = reachable.start();
        return rows;
    }

    /// A filling that was cut short, or of which rows are gone, is begun anew in a new file: H2 can take minutes to delete
    /// what a killed process wrote.
    private Connection connectToWholeOrNew() throws SQLException, IOException {
        Path data = Path.of(file(folder) + ".mv.db");
        boolean begun = Files.exists(data);
        Connection found = connect();
        if (!begun) {
            return found;
        }
        try (Statement statement = found.createStatement()) {
            statement.execute(SCHEMA);
            long rows = filled(statement);
            if (rows > 0 && rows == count(statement)) {
                whole = true;
                return found;
            }
            statement.execute("SHUTDOWN IMMEDIATELY");
        }
        Files.deleteIfExists(data);
        return connect();
    }

    /// What is closed while it is opened must not make its files anew.
    private void requireOpen() {
        if (closing) {
            throw new CliException(ExitCode.FAILED, "stopped while the database was opened");
        }
    }

    private Connection connect() throws SQLException, IOException {
        try {
            return DriverManager.getConnection("jdbc:h2:file:" + file(folder) + OPTIONS, "owner",
                    ownerPassword());
        } catch (SQLException failure) {
            if (failure.getErrorCode() == org.h2.api.ErrorCode.DATABASE_ALREADY_OPEN_1) {
                throw new CliException(ExitCode.FAILED, "the database in " + folder
                        + " is open in another process; stop that one or choose another --data-dir", failure);
            }
            throw failure;
        }
    }

    /// The password of the file's owner: made at the first start, kept beside the file for the next one.
    private String ownerPassword() throws IOException {
        Path kept = folder.resolve("origin.password");
        if (Files.exists(kept)) {
            return Files.readString(kept).strip();
        }
        String password = randomPassword();
        PrivateFiles.write(kept, password);
        return password;
    }

    private static long filled(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT COALESCE(MAX(rows), 0) FROM filled")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static long count(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT COUNT(code_point) FROM unicode")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private long fill(Connection connection, Statement statement, Consumer<String> progress)
            throws SQLException {
        statement.execute("INSERT INTO scores VALUES ('Tom', '630'), ('Jack', '589'), ('Sam', '567')");
        long rows = 0;
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO unicode VALUES (?, ?, ?, ?)")) {
            for (Iterator<UnicodeData.Row> all = UnicodeData.rows().iterator(); all.hasNext();) {
                UnicodeData.Row row = all.next();
                insert.setString(1, row.codePoint());
                insert.setString(2, row.name());
                insert.setString(3, row.block());
                insert.setString(4, row.script());
                insert.addBatch();
                rows++;
                if (rows % BATCH == 0 || !all.hasNext()) {
                    insert.executeBatch();
                    connection.commit();
                    requireOpen();
                    if (rows % (5 * BATCH) == 0) {
                        progress.accept("filling the database: " + rows + " characters so far");
                    }
                }
            }
        } finally {
            connection.setAutoCommit(true);
        }
        statement.execute("INSERT INTO filled VALUES (" + rows + ")");
        return rows;
    }

    /// The URL that reaches it, without user and password.
    String url() {
        return "jdbc:h2:tcp://127.0.0.1:" + port + "/origin";
    }

    /// What a node needs to load with `query`.
    JdbcOriginConfig origin(String query) {
        return new JdbcOriginConfig(url(), READER, new Secret(readerPassword), query, 32);
    }

    private static String file(Path folder) {
        return folder.toAbsolutePath().resolve("origin").toString();
    }

    private static String randomPassword() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// Cuts the nodes off and closes the file. Safe to repeat.
    @Override
    public void close() throws SQLException, IOException {
        closing = true;
        reserved.close();
        closeOpened();
    }

    private synchronized void closeOpened() throws SQLException {
        if (server != null) {
            server.stop();
            server = null;
        }
        Connection opened = connection;
        connection = null;
        if (opened != null && !opened.isClosed()) {
            try (Statement statement = opened.createStatement()) {
                // at once only what is begun anew: H2 may be writing still, and such a file can lack a whole table
                statement.execute(whole ? "SHUTDOWN" : "SHUTDOWN IMMEDIATELY");
            }
        }
    }
}
