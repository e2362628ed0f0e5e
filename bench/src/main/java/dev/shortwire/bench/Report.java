package dev.shortwire.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// What a benchmark found. Immutable.
///
/// @param benchmark   name of the benchmark
/// @param description one line on what is compared
/// @param quick       whether it was a quick run
/// @param tables      all figures
/// @param charts      some of them, drawn
/// @param notes       sentences below the tables
/// @param extra       further fields of the JSON form, in the forms that it knows
public record Report(String benchmark, String description, boolean quick, List<Table> tables, List<Chart> charts,
        List<String> notes, Map<String, Object> extra) {
    public Report {
        tables = List.copyOf(tables);
        charts = List.copyOf(charts);
        notes = List.copyOf(notes);
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    public Report(String benchmark, String description, boolean quick, List<Table> tables, List<Chart> charts) {
        this(benchmark, description, quick, tables, charts, List.of(), Map.of());
    }

    /// The same with sentences below the tables.
    public Report withNotes(List<String> sentences) {
        return new Report(benchmark, description, quick, tables, charts, sentences, extra);
    }

    /// The same with a further field in its JSON form.
    public Report with(String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(extra);
        more.put(field, value);
        return new Report(benchmark, description, quick, tables, charts, notes, more);
    }

    /// The tables as text, and the notes.
    public String text() {
        String text = tables.stream().map(Table::text).collect(Collectors.joining("\n"));
        return notes.isEmpty() ? text : text + "\n" + String.join("\n", notes) + "\n";
    }

    /// All figures, unrounded, with what they were measured on: `{"benchmark", "description", "quick", "machine": {…},
    /// further fields, "tables": [{"title", "rows": [{column: value}]}], "notes"}`.
    public String json() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("benchmark", benchmark);
        root.put("description", description);
        root.put("quick", quick);
        root.put("machine", Machine.describe());
        root.putAll(extra);
        root.put("tables", tables.stream().map(Report::tree).toList());
        root.put("notes", notes);
        return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /// Writes the files that the options ask for. Makes their folders if there are none.
    void save(BenchOptions options) throws IOException {
        Path json = options.json();
        if (json != null) {
            write(json, json());
        }
        Path page = options.report();
        if (page != null) {
            write(page, new Page(this).html());
        }
        Path chart = options.chart();
        if (chart != null) {
            Chart.save(charts, chart);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, text);
    }

    private static Map<String, Object> tree(Table table) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("title", table.title());
        tree.put("rows", table.rows());
        return tree;
    }
}
