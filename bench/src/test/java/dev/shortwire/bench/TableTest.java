package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.bench.Table.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {
    private final Table table = new Table("Title",
            List.of(Column.text("name"), Column.number("count", "how many", 0), Column.number("part", "part", 2)));

    @Test
    void alignsTextToTheLeftAndNumbersToTheRight() {
        table.row("a", 1, 0.5).row("longer", 12_345, 12.25);
        assertThat(table.text()).isEqualTo("""
                Title
                  name    how many   part
                  a              1   0.50
                  longer    12,345  12.25
                """);
    }

    @Test
    void keepsNumbersUnrounded() {
        table.row("a", 1, 12.3456789);
        assertThat(table.rows()).singleElement()
                .satisfies(row -> assertThat(row).containsEntry("part", 12.3456789).containsEntry("count", 1));
    }

    @Test
    void refusesARowThatDoesNotFit() {
        assertThatThrownBy(() -> table.row("a")).hasMessageContaining("cells=1 must be 3");
    }
}
