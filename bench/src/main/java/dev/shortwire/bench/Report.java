package dev.shortwire.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// What a benchmark found.
///
/// @param benchmark   name of the benchmark
/// @param description one line on what is compared
/// @param quick       whether it was a quick run
/// @param tables      all figures
/// @param charts      some of them, drawn
public record Report(String benchmark, String description, boolean quick, List<Table> tables, List<Chart> charts) {
    public Report {
        tables = List.copyOf(tables);
        charts = List.copyOf(charts);
    }

    /// The tables as text.
    public String text() {
        return tables.stream().map(Table::text).collect(Collectors.joining("\n"));
    }

    /// All figures, unrounded, with what they were measured on: `{"benchmark", "description", "quick", "environment": {…},
    /// "tables": [{"title", "rows": [{column: value}]}]}`.
    public String json() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("benchmark", benchmark);
        root.put("description", description);
        root.put("quick", quick);
        root.put("environment", environment());
        root.put("tables", tables.stream().map(Report::tree).toList());
        return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /// Writes the files that the options ask for. Makes their folders if there are none.
    void save(BenchOptions options) throws IOException {
        Path json = options.json();
        if (json != null) {
            Path folder = json.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(json, json());
        }
        Path chart = options.chart();
        if (chart != null) {
            Chart.save(charts, chart);
        }
    }

    private static Map<String, Object> tree(Table table) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("title", table.title());
        tree.put("rows", table.rows());
        return tree;
    }

    private static Map<String, Object> environment() {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("java", System.getProperty("java.vm.version"));
        environment.put("vm", System.getProperty("java.vm.name"));
        environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        environment.put("architecture", System.getProperty("os.arch"));
        environment.put("processors", Runtime.getRuntime().availableProcessors());
        return environment;
    }
}
