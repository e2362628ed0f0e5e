package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class BenchmarksTest {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @Test
    void writesTableJsonAndChartOfTheRing() throws IOException {
        Path json = folder.resolve("new/ring.json");
        Path chart = folder.resolve("charts/ring.png");
        assertThat(run("ring", "--quick", "--json", json.toString(), "--chart", chart.toString()))
                .as(err.toString(StandardCharsets.UTF_8)).isEqualTo(Benchmarks.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Balance", "Keys moved", "Look-up", "weighted");
        assertThat(Files.readAllBytes(chart)).startsWith(PNG).hasSizeGreaterThan(10_000);
        JsonNode root = JsonMapper.builder().build().readTree(Files.readString(json));
        assertThat(root.get("benchmark").asString()).isEqualTo("ring");
        assertThat(root.get("quick").asBoolean()).isTrue();
        assertThat(root.get("machine").get("processors").asInt()).isPositive();
        JsonNode tables = root.get("tables");
        assertThat(tables.size()).isEqualTo(3);
        tables.forEach(table -> assertThat(table.get("rows").size()).isEqualTo(3 * RingBench.NODES.length));
        tables.get(0).get("rows").forEach(BenchmarksTest::balanceIsPlausible);
        tables.get(1).get("rows").forEach(BenchmarksTest::movementIsPlausible);
        tables.get(2).get("rows").forEach(BenchmarksTest::costIsPlausible);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"rings | --quick | benchmark=rings must be one of ring, local",
        "ring | --fast | unknown option --fast; use [--quick] [--json FILE] [--chart FILE.png] [--report FILE.html] [--only PART,…]",
        "ring | --json | --json must be followed by a file; use [--quick] [--json FILE] [--chart FILE.png] [--report FILE.html] [--only PART,…]",
        "ring | --chart=x | unknown option --chart=x; use [--quick] [--json FILE] [--chart FILE.png] [--report FILE.html] [--only PART,…]"})
    void refusesWhatItDoesNotKnow(String name, String option, String message) {
        assertThat(run(name, option)).isEqualTo(Benchmarks.WRONG_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("error: " + message);
        assertThat(out.size()).isZero();
    }

    @Test
    void refusesAnUnknownFormatBeforeItMeasures() {
        assertThat(run("ring", "--chart", "ring.svg")).isEqualTo(Benchmarks.WRONG_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--chart ring.svg must end in .png");
    }

    @Test
    void describesEachBenchmarkInOneLine() {
        assertThat(Benchmarks.all()).extracting(Benchmark::name).contains("ring").doesNotHaveDuplicates();
        assertThat(Benchmarks.all()).allSatisfy(benchmark -> {
            assertThat(benchmark.name()).matches("[a-z]+");
            assertThat(benchmark.description()).isNotBlank().doesNotContain("\n");
        });
    }

    private int run(String name, String... args) {
        return Benchmarks.run(name, Stream.of(args).toList(), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static void balanceIsPlausible(JsonNode row) {
        double max = row.get("maxToMean").asDouble();
        assertThat(max).as(row.toString()).isBetween(1.0, 10.0);
        assertThat(row.get("minToMean").asDouble()).as(row.toString()).isBetween(0.0, 1.0);
        if (row.get("name").asString().equals("weighted")) {
            // 1.10 and what the sample of keys adds to it with 100 nodes.
            assertThat(max).as(row.toString()).isLessThan(1.15);
        }
    }

    private static void movementIsPlausible(JsonNode row) {
        for (String ratio : List.of("joinRatio", "leaveRatio")) {
            double value = row.get(ratio).asDouble();
            switch (row.get("name").asString()) {
                case "modulo" -> assertThat(value).as(row.toString()).isGreaterThan(1.8);
                case "weighted" -> assertThat(value).as(row.toString()).isBetween(0.85, 1.15);
                default -> assertThat(value).as(row.toString()).isBetween(0.05, 5.0);
            }
        }
    }

    private static void costIsPlausible(JsonNode row) {
        assertThat(row.get("nanosMedian").asDouble()).as(row.toString()).isPositive();
        assertThat(row.get("ratio").asDouble()).as(row.toString()).isPositive();
        assertThat(row.get("allocatedBytes").asDouble()).as(row.toString()).isZero();
    }
}
