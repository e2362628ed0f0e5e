package dev.shortwire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class OptionsTableTest {
    private static final Path PAGE = Path.of("..", "docs", "options.md");

    /// Run with `-Dshortwire.write-docs` to bring the page up to date.
    @Test
    void pageSaysWhatTheRecordsSay() throws IOException {
        String now = OptionsTable.markdown();
        if (System.getProperty("shortwire.write-docs") != null) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, now);
        }
        assertThat(Files.readString(PAGE)).as("docs/options.md; run this test with -Dshortwire.write-docs")
                .isEqualTo(now);
    }
}
