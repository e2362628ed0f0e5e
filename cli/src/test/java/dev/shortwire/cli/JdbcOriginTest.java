package dev.shortwire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
import dev.shortwire.ConfigurationException;
import dev.shortwire.PermanentException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JdbcOriginTest {
    /// Sessions that are in `slowly`, and the one that asks.
    private static final String SLEEPING = " FROM information_schema.sessions WHERE executing_statement LIKE '%slowly%'";

    @TempDir
    Path folder;

    private Connection owner;
    private Server server;

    @BeforeEach
    void openDatabase() throws SQLException {
        System.setProperty("h2.bindAddress", "127.0.0.1");
        owner = DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("db"), "sa", "word");
        try (Statement statement = owner.createStatement()) {
            statement.execute("CREATE TABLE t (k VARCHAR PRIMARY KEY, v VARCHAR, b VARBINARY, n INT);"
                    + "INSERT INTO t VALUES ('Tom', '630', X'00ff', 630), ('none', NULL, NULL, NULL),"
                    + " ('钥匙', '值', X'', 1), ('''', 'quoted', X'27', 2)");
        }
        server = serve(0);
    }

    private Server serve(int port) throws SQLException {
        return Server.createTcpServer("-tcpPort", Integer.toString(port), "-ifExists").start();
    }

    @AfterEach
    void closeDatabase() throws SQLException {
        server.stop();
        owner.close();
    }

    private JdbcOrigin origin(String query, int connections) {
        return new JdbcOrigin(new JdbcOriginConfig(
                "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/" + folder.resolve("db"), "sa", new Secret("word"),
                query, connections));
    }

    @Test
    void givesTheFirstColumnAsTextOrAsItsBytes() throws Exception {
        try (JdbcOrigin text = origin("SELECT v FROM t WHERE k = ?", 2);
                JdbcOrigin bytes = origin("SELECT b FROM t WHERE k = ?", 2);
                JdbcOrigin number = origin("SELECT n FROM t WHERE k = ?", 2)) {
            assertThat(text.load("Tom", new TestLoadContext())).isEqualTo(Bytes.utf8("630"));
            assertThat(text.load("钥匙", new TestLoadContext())).isEqualTo(Bytes.utf8("值"));
            assertThat(text.load("'", new TestLoadContext())).isEqualTo(Bytes.utf8("quoted"));
            assertThat(bytes.load("Tom", new TestLoadContext())).isEqualTo(Bytes.copyOf(new byte[] {0, -1}));
            assertThat(number.load("Tom", new TestLoadContext())).isEqualTo(Bytes.utf8("630"));
        }
    }

    @Test
    void takesNoRowAndNullForAbsent() throws Exception {
        try (JdbcOrigin origin = origin("SELECT v FROM t WHERE k = ?", 1)) {
            assertThat(origin.load("kkk", new TestLoadContext())).isNull();
            assertThat(origin.load("none", new TestLoadContext())).isNull();
            assertThat(origin.load("x' OR '1'='1", new TestLoadContext())).isNull();
        }
    }

    @Test
    void failsWithTheDatabasesReason() {
        try (JdbcOrigin origin = origin("SELECT nothing FROM nowhere WHERE k = ?", 1)) {
            assertThatThrownBy(() -> origin.load("Tom", new TestLoadContext())).isInstanceOf(SQLException.class)
                    .hasMessageContaining("NOWHERE");
        }
    }

    @Test
    void neverOpensMoreConnectionsThanItMay() throws Exception {
        try (JdbcOrigin origin = origin("SELECT COUNT(*) FROM information_schema.sessions WHERE 'x' <> ?", 3);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> loads = IntStream.range(0, 200).<Callable<String>>mapToObj(i -> () -> {
                Bytes value = origin.load("k" + i, new TestLoadContext());
                return value == null ? "" : value.utf8();
            }).toList();
            for (Future<String> load : threads.invokeAll(loads)) {
                assertThat(Integer.parseInt(load.get())).isBetween(1, 3 + 1); // and the test's own
            }
        }
    }

    @Test
    void connectsAnewAfterTheServerWasRestarted() throws Exception {
        try (JdbcOrigin origin = origin("SELECT v FROM t WHERE k = ?", 1)) {
            assertThat(origin.load("Tom", new TestLoadContext())).isEqualTo(Bytes.utf8("630"));
            int port = server.getPort();
            server.stop();
            server = serve(port);
            assertThat(origin.load("Tom", new TestLoadContext())).isEqualTo(Bytes.utf8("630"));
        }
    }

    @Test
    void failsWhileTheDatabaseIsAway() throws Exception {
        try (JdbcOrigin origin = origin("SELECT v FROM t WHERE k = ?", 1)) {
            server.stop();
            assertThatThrownBy(() -> origin.load("Tom", new TestLoadContext())).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void keepsTheConnectionThatItWasWarmedUpWith() throws Exception {
        try (JdbcOrigin origin = origin("SELECT v FROM t WHERE k = ?", 2)) {
            origin.warmUp();
            assertThat(sessions()).isEqualTo(1);
            assertThat(origin.load("Tom", new TestLoadContext())).isEqualTo(Bytes.utf8("630"));
            assertThat(sessions()).isEqualTo(1);
        }
    }

    @Test
    void isNoneTheWorseWhenItIsWarmedUpBeforeTheDatabaseIsThere() throws Exception {
        int port = server.getPort();
        try (JdbcOrigin origin = origin("SELECT v FROM t WHERE k = ?", 1)) {
            server.stop();
            origin.warmUp();
            server = serve(port);
            assertThat(origin.load("Tom", new TestLoadContext())).isEqualTo(Bytes.utf8("630"));
        }
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /// Sessions of the database but this test's own.
    private int sessions() throws SQLException {
        return count("SELECT COUNT(*) - 1 FROM information_schema.sessions");
    }

    private int count(String query) throws SQLException {
        try (Statement statement = owner.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static List<Thread> loadAtOnce(JdbcOrigin origin, String... keys) {
        return Stream.of(keys).map(key -> Thread.ofVirtual().start(() -> {
            try {
                origin.load(key, new TestLoadContext());
            } catch (SQLException | InterruptedException given) {
                assertThat(given).isNotNull();
            }
        })).toList();
    }

    @Test
    void losesNoConnectionButItsOwnWhenALoadIsInterrupted() throws Exception {
        try (Statement statement = owner.createStatement()) {
            statement.execute("CREATE ALIAS slowly FOR 'java.lang.Thread.sleep(long)'");
        }
        try (JdbcOrigin origin = origin("SELECT slowly(CAST(? AS BIGINT))", 4)) {
            for (Thread load : loadAtOnce(origin, "300", "300", "300", "300")) {
                load.join();
            }
            assertThat(sessions()).as("kept connections").isEqualTo(4);
            Thread interrupted = loadAtOnce(origin, "1000").getFirst();
            await().until(() -> count("SELECT COUNT(*) - 1" + SLEEPING) == 1);
            interrupted.interrupt();
            interrupted.join();
            await().until(() -> count("SELECT COUNT(*) - 1" + SLEEPING) == 0);
            await().until(() -> sessions() <= 3);
            assertThat(sessions()).as("kept connections").isEqualTo(3);
        }
    }

    @Test
    void refusesValuesThatAreTooLong() throws Exception {
        try (Statement statement = owner.createStatement()) {
            statement.execute("CREATE TABLE long_values (k VARCHAR PRIMARY KEY, c CLOB, b BLOB);"
                    + "INSERT INTO long_values VALUES ('none', NULL, NULL)");
        }
        try (PreparedStatement insert = owner.prepareStatement("INSERT INTO long_values VALUES (?, ?, ?)")) {
            for (int more = 0; more < 2; more++) {
                int length = (16 << 20) + more;
                insert.setString(1, more == 0 ? "most" : "more");
                insert.setCharacterStream(2, new StringReader("x".repeat(length)), length);
                insert.setBytes(3, new byte[length]);
                insert.execute();
            }
        }
        for (String column : List.of("c", "b")) {
            try (JdbcOrigin origin = origin("SELECT " + column + " FROM long_values WHERE k = ?", 1)) {
                assertThat(origin.load("most", new TestLoadContext())).isNotNull()
                        .satisfies(value -> assertThat(value.length()).isEqualTo(16 << 20));
                assertThat(origin.load("none", new TestLoadContext())).isNull();
                assertThatThrownBy(() -> origin.load("more", new TestLoadContext()))
                        .isInstanceOf(PermanentException.class).hasMessageContaining("16777216");
            }
        }
    }

    @Test
    void tellsNoPasswordOfTheUrlWhenItCannotConnect() {
        JdbcOriginConfig config = new JdbcOriginConfig("jdbc:nosuchdb://me:c4nary@db.example/shop?password=c4nary",
                null, null, "SELECT v FROM t WHERE k = ?", 1);
        assertThatThrownBy(() -> new JdbcOrigin(config).close()).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("jdbc:nosuchdb:***@db.example/shop").hasMessageContaining("SHORTWIRE_CLASSPATH")
                .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("c4nary"));
        assertThat(new JdbcOriginConfig("jdbc:h2:tcp://h/db;PASSWORD=c4nary", null, null, "SELECT ?", 1).shownUrl())
                .isEqualTo("jdbc:h2:tcp://h/db");
    }
}
