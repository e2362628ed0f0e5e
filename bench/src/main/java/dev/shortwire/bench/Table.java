package dev.shortwire.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Figures in rows and columns, for people and for JSON. Filled by one thread, then only read.
public final class Table {
    /// A column.
    ///
    /// @param key      name in JSON
    /// @param title    heading, with the unit
    /// @param decimals digits after the point where a cell is a number
    public record Column(String key, String title, int decimals) {
        public static Column text(String key) {
            return new Column(key, key, 0);
        }

        public static Column number(String key, String title, int decimals) {
            return new Column(key, title, decimals);
        }
    }

    private final String title;
    private final List<Column> columns;
    private final List<List<Object>> rows = new ArrayList<>();

    public Table(String title, List<Column> columns) {
        this.title = title;
        this.columns = List.copyOf(columns);
    }

    /// The columns that [PairedRun.Result#addRows] fills, after `leading` ones.
    public static List<Column> columns(Column... leading) {
        return Stream.concat(Stream.of(leading),
                Stream.of(Column.text("name"), Column.number("nanosMedian", "ns, median", 2),
                        Column.number("nanosSpread", "p90 - p10", 2), Column.number("ratio", "to the first", 3),
                        Column.number("allocatedBytes", "bytes", 2)))
                .toList();
    }

    /// Adds a row of strings and numbers, one for each column.
    public Table row(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    "cells=" + cells.length + " must be " + columns.size() + ", one for each column of " + title);
        }
        rows.add(List.of(cells));
        return this;
    }

    public String title() {
        return title;
    }

    /// The rows with the keys of the columns, in their order; numbers unrounded.
    public List<Map<String, Object>> rows() {
        List<Map<String, Object>> result = new ArrayList<>();
        for (List<Object> row : rows) {
            Map<String, Object> cells = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                cells.put(columns.get(i).key(), row.get(i));
            }
            result.add(cells);
        }
        return result;
    }

    /// The table as lines of text: title, headings, rows; numbers to the right, text to the left.
    public String text() {
        List<List<String>> lines = lines();
        int[] widths = IntStream.range(0, columns.size())
                .map(i -> lines.stream().mapToInt(line -> line.get(i).length()).max().orElse(0)).toArray();
        return lines.stream().map(line -> line(line, widths)).collect(Collectors.joining("\n", title + "\n", "\n"));
    }

    /// The headings, then the rows, formatted.
    List<List<String>> lines() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(Column::title).toList());
        rows.forEach(row -> lines.add(
                IntStream.range(0, columns.size()).mapToObj(i -> format(row.get(i), columns.get(i))).toList()));
        return lines;
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder(" ");
        for (int i = 0; i < cells.size(); i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).length());
            line.append(' ').append(isText(i) ? cells.get(i) + padding : padding + cells.get(i)).append(' ');
        }
        return line.toString().stripTrailing();
    }

    /// Whether a column, counted from 0, holds text.
    boolean isText(int column) {
        return rows.isEmpty() || rows.getFirst().get(column) instanceof String;
    }

    private static String format(Object cell, Column column) {
        return cell instanceof Number number
                ? String.format(Locale.ROOT, "%,." + column.decimals() + "f", number.doubleValue())
                : cell.toString();
    }
}
