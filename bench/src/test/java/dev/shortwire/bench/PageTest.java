package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.bench.Table.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PageTest {
    @Test
    void needsNothingElse() {
        Table table = new Table("A <title>", List.of(Column.text("name"), Column.number("p50", "p50", 1)));
        table.row("p50 ≤ 1.3 × yes", 1_234.56);
        Map<String, List<Double>> series = new LinkedHashMap<>();
        series.put("wire", List.of(0.05, 100.0));
        series.put("bare loop", List.of(0.01, 50.0));
        Chart chart = new Chart("Some & more", "µs", true, List.of("shm", "http"), series);
        String html = new Page(new Report("wires", "every wire", true, List.of(table), List.of(chart))
                .withNotes(List.of("A note"))).html();
        assertThat(html).contains("A &lt;title&gt;", "1,234.6", "✓ met", "Some &amp; more", "A note", "<svg", "shm")
                .doesNotContain("<script", "src=", "href=", "url(", "NaN");
    }

    @Test
    void drawsLongerBarsForGreaterValues() {
        Map<String, List<Double>> series = Map.of("one", List.of(1.0, 2.0));
        String figure = new BarDrawing(new Chart("t", "µs", false, List.of("a", "b"), series)).figure();
        assertThat(figure).contains("width=\"350.0\"", "width=\"175.0\"");
    }
}
