package dev.shortwire.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/// Horizontal bars in SVG: a group for each category, in it a bar for each series, each with its value beside it.
final class BarDrawing {
    private static final int WIDTH = 560;
    private static final int LABEL_WIDTH = 120;
    private static final int VALUE_WIDTH = 90;
    private static final int BAR = 13;
    private static final int GAP = 12;
    private static final String[] COLOURS = {"var(--a)", "var(--b)", "var(--good)", "var(--bad)"};

    private final Chart chart;

    BarDrawing(Chart chart) {
        this.chart = chart;
    }

    /// A figure with its caption and legend.
    String figure() {
        int group = BAR * chart.series().size() + GAP;
        int height = chart.categories().size() * group + 24;
        StringBuilder svg = new StringBuilder();
        svg.append("<figure><figcaption>").append(Page.escape(chart.title())).append("</figcaption>\n<svg width=\"")
                .append(WIDTH).append("\" height=\"").append(height).append("\" viewBox=\"0 0 ").append(WIDTH)
                .append(' ').append(height).append("\" role=\"img\" aria-label=\"").append(Page.escape(chart.title()))
                .append("\">\n");
        legend(svg);
        for (int i = 0; i < chart.categories().size(); i++) {
            int top = 24 + i * group;
            text(svg, LABEL_WIDTH - 8, top + BAR, "end", "", chart.categories().get(i));
            int bar = 0;
            for (List<Double> values : chart.series().values()) {
                bar(svg, top + bar * BAR, values.get(i), COLOURS[bar % COLOURS.length]);
                bar++;
            }
        }
        return svg.append("</svg></figure>\n").toString();
    }

    private void legend(StringBuilder svg) {
        int x = LABEL_WIDTH;
        int i = 0;
        for (Map.Entry<String, List<Double>> series : chart.series().entrySet()) {
            svg.append("<rect x=\"").append(x).append("\" y=\"2\" width=\"10\" height=\"10\" fill=\"")
                    .append(COLOURS[i++ % COLOURS.length]).append("\"/>");
            text(svg, x + 14, 11, "start", "", series.getKey());
            x += 24 + 8 * series.getKey().length();
        }
        text(svg, x + 8, 11, "start", "s", chart.valueTitle() + (chart.logarithmic() ? ", logarithmic" : ""));
    }

    private void bar(StringBuilder svg, int y, double value, String colour) {
        double width = Math.max(1, part(value) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH));
        svg.append(String.format(Locale.ROOT, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LABEL_WIDTH, y + 1, width, BAR - 2, colour));
        text(svg, LABEL_WIDTH + (int) width + 5, y + BAR - 2, "start", "s", format(value));
    }

    /// The length of a bar as a part of the longest.
    private double part(double value) {
        double max = all().max().orElse(1);
        if (!chart.logarithmic()) {
            return value / max;
        }
        double from = Math.log10(all().filter(v -> v > 0).min().orElse(1)) - 0.3;
        return Math.max(0, (Math.log10(Math.max(value, 1e-9)) - from) / (Math.log10(max) - from));
    }

    private DoubleStream all() {
        return chart.series().values().stream().flatMap(List::stream).mapToDouble(Double::doubleValue);
    }

    private static String format(double value) {
        return String.format(Locale.ROOT, value < 1 ? "%.3f" : value < 100 ? "%.1f" : "%,.0f", value);
    }

    private static void text(StringBuilder svg, int x, int y, String anchor, String style, String text) {
        svg.append("<text x=\"").append(x).append("\" y=\"").append(y).append("\" text-anchor=\"").append(anchor)
                .append(style.isEmpty() ? "\">" : "\" class=\"" + style + "\">").append(Page.escape(text))
                .append("</text>\n");
    }
}
