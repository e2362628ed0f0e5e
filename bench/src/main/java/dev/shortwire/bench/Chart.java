package dev.shortwire.bench;

import java.awt.Color;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendPosition;

/// Bars: a group for each category, in it a bar for each series.
///
/// @param title       heading
/// @param valueTitle  what the bars measure, with the unit
/// @param logarithmic whether the scale is, from 0.1 on; then all values must be more than 0
/// @param categories  names of the groups
/// @param series      by name, a value for each category; drawn in the map's order
public record Chart(String title, String valueTitle, boolean logarithmic, List<String> categories,
        Map<String, List<Double>> series) {
    private static final int WIDTH_PIXELS = 900;
    private static final int HEIGHT_PIXELS = 420;
    private static final double LOGARITHMIC_FROM = 0.1;

    /// Draws the charts one below the other into a PNG file; needs no display. Makes the folder if there is none.
    static void save(List<Chart> charts, Path file) throws IOException {
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        List<CategoryChart> drawn = charts.stream().map(Chart::draw).toList();
        try (var out = Files.newOutputStream(file)) {
            BitmapEncoder.saveBitmap(drawn, drawn.size(), 1, out, BitmapFormat.PNG);
        }
    }

    private CategoryChart draw() {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH_PIXELS).height(HEIGHT_PIXELS).title(title)
                .yAxisTitle(valueTitle).build();
        CategoryStyler styler = chart.getStyler();
        styler.setLegendPosition(LegendPosition.OutsideE);
        if (logarithmic) {
            styler.setYAxisLogarithmic(true);
            styler.setYAxisMin(LOGARITHMIC_FROM);
        }
        styler.setLabelsVisible(true);
        styler.setChartBackgroundColor(Color.WHITE);
        series.forEach((name, values) -> chart.addSeries(name, categories,
                values.stream().map(Chart::rounded).toList()));
        return chart;
    }

    /// To three digits: the bars carry their values.
    private static double rounded(double value) {
        return new BigDecimal(value).round(new MathContext(3)).doubleValue();
    }
}
