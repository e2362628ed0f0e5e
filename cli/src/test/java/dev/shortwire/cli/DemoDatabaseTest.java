package dev.shortwire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoDatabaseTest {
    @TempDir
    Path folder;

    @Test
    void answersNodesAndCountsEachLoadOnce() throws Exception {
        List<String> progress = new ArrayList<>();
        try (DemoDatabase database = new DemoDatabase(folder)) {
            long rows = database.open(Duration.ZERO, progress::add);
            assertThat(rows).isEqualTo(UnicodeData.codePoints().count());
            assertThat(progress).isNotEmpty();
            try (JdbcOrigin scores = new JdbcOrigin(database.origin(DemoDatabase.SCORES_QUERY));
                    JdbcOrigin unicode = new JdbcOrigin(database.origin(DemoDatabase.UNICODE_QUERY));
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                long before = LoadMeter.loads();
                assertThat(scores.load("Tom", new TestLoadContext())).isEqualTo(Bytes.utf8("630"));
                assertThat(scores.load("kkk", new TestLoadContext())).isNull();
                assertThat(unicode.load("U+1F600", new TestLoadContext())).isEqualTo(Bytes.utf8("GRINNING FACE"));
                assertThat(unicode.load("U+1F600", new TestLoadContext())).isEqualTo(Bytes.utf8("GRINNING FACE"));
                assertThat(LoadMeter.loads() - before).isEqualTo(4);
                List<Callable<Boolean>> loads = IntStream.range(0, 500).<Callable<Boolean>>mapToObj(
                        i -> () -> unicode.load(UnicodeData.key('A' + i % 50), new TestLoadContext()) != null).toList();
                for (Future<Boolean> load : threads.invokeAll(loads)) {
                    assertThat(load.get()).isTrue();
                }
                assertThat(LoadMeter.loads() - before).isEqualTo(504);
            }
        }
    }

    @Test
    void isFilledOnceAndOpensAgain() throws Exception {
        try (DemoDatabase first = new DemoDatabase(folder)) {
            first.open(Duration.ZERO, line -> {});
        }
        List<String> progress = new ArrayList<>();
        try (DemoDatabase second = new DemoDatabase(folder)) {
            assertThat(second.open(Duration.ZERO, progress::add)).isEqualTo(UnicodeData.codePoints().count());
            assertThat(progress).isEmpty();
            try (JdbcOrigin unicode = new JdbcOrigin(second.origin(DemoDatabase.UNICODE_QUERY))) {
                assertThat(unicode.load("U+0041", new TestLoadContext()))
                        .isEqualTo(Bytes.utf8("LATIN CAPITAL LETTER A"));
            }
        }
    }

    @Test
    void isFilledAnewWhereRowsAreGone() throws Exception {
        try (DemoDatabase first = new DemoDatabase(folder)) {
            first.open(Duration.ZERO, line -> {});
        }
        try (Connection owner = DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("origin"), "owner",
                Files.readString(folder.resolve("origin.password"))); Statement statement = owner.createStatement()) {
            assertThat(statement.executeUpdate("DELETE FROM unicode WHERE code_point = 'U+0041'")).isEqualTo(1);
        }
        List<String> progress = new ArrayList<>();
        try (DemoDatabase second = new DemoDatabase(folder)) {
            assertThat(second.open(Duration.ZERO, progress::add)).isEqualTo(UnicodeData.codePoints().count());
            assertThat(progress).isNotEmpty();
            try (JdbcOrigin unicode = new JdbcOrigin(second.origin(DemoDatabase.UNICODE_QUERY))) {
                assertThat(unicode.load("U+0041", new TestLoadContext())).isNotNull();
            }
        }
    }

    @Test
    void letsNodesReadTwoTablesAndNothingElse() throws Exception {
        try (DemoDatabase database = new DemoDatabase(folder)) {
            database.open(Duration.ZERO, line -> {});
            JdbcOriginConfig origin = database.origin("SELECT rows FROM filled WHERE '' <> ?");
            try (JdbcOrigin other = new JdbcOrigin(origin)) {
                assertThatThrownBy(() -> other.load("x", new TestLoadContext())).isInstanceOf(SQLException.class);
            }
            assertThatThrownBy(() -> DriverManager.getConnection(database.url(), "owner", ""))
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> DriverManager.getConnection(
                    database.url().replace("/origin", "/other"), "sa", "")).isInstanceOf(SQLException.class);
            assertThat(origin.toString()).contains("password=***");
            assertThat(Files.readString(folder.resolve("origin.password"))).hasSizeGreaterThan(20);
        }
    }

    @Test
    void tellsOfAFolderThatIsInUse() throws Exception {
        try (DemoDatabase first = new DemoDatabase(folder)) {
            first.open(Duration.ZERO, line -> {});
            Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"), Opener.class.getName(), folder.toString())
                    .redirectErrorStream(true).start();
            String said = new String(other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(said).contains("is open in another process").contains("--data-dir");
        }
    }

    /// Opens the same folder from another process.
    static final class Opener {
        private Opener() {}

        public static void main(String[] args) throws Exception {
            try (DemoDatabase second = new DemoDatabase(Path.of(args[0]))) {
                second.open(Duration.ZERO, line -> {});
            } catch (CliException expected) {
                System.out.println(expected.getMessage());
            }
        }
    }
}
