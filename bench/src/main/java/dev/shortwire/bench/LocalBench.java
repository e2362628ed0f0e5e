package dev.shortwire.bench;

import dev.shortwire.Bytes;
import dev.shortwire.Cache;
import dev.shortwire.GroupOptions;
import dev.shortwire.Node;
import dev.shortwire.bench.Table.Column;
import dev.shortwire.node.Codecs;
import dev.shortwire.node.Shortwire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// What a hit in this node's own store costs beside the Caffeine it is made of: `Cache<Bytes>.get` on a running node
/// against `getIfPresent` of a Caffeine cache with the same keys, values, weigher, bound and time to live. Everything is
/// in the cache and nothing ends meanwhile: each read is a hit.
///
/// Caffeine does no bookkeeping on reads while it is less than half full, so both states are measured.
public final class LocalBench implements Benchmark {
    static final String BARE = "bare Caffeine";
    static final String OURS = "own hit";
    private static final int KEYS = 100_000;
    private static final int VALUE_BYTES = 100;
    /// With these the cache is a quarter full, and nearly full.
    private static final Map<String, Long> CAPACITIES = new TreeMap<>(Map.of("1/4", 64L << 20, "15/16", 17L << 20));
    private static final Duration TIME_TO_LIVE = Duration.ofHours(1);
    private static final double ZIPF_EXPONENT = 0.99;

    @Override
    public String name() {
        return "local";
    }

    @Override
    public String description() {
        return "a hit in the own store against bare Caffeine with the same weigher, bound and expiry";
    }

    @Override
    public Report run(BenchOptions options, Consumer<String> progress) {
        Table table = new Table(
                String.format("Own hit: %,d keys, values of %d bytes, all present", KEYS, VALUE_BYTES),
                List.of(Column.text("expiry"), Column.text("full"), Column.text("keys"),
                        Column.number("threads", "threads", 0), Column.number("bareNanos", BARE + ", ns", 1),
                        Column.number("ownNanos", OURS + ", ns", 1), Column.number("speed", "speed to bare", 3),
                        Column.number("speedSpread", "p90 - p10", 3),
                        Column.number("bareBytes", "bare, bytes", 2), Column.number("ownBytes", "own, bytes", 2)));
        KeyPicks keys = new KeyPicks(KEYS, 1);
        Map<String, String[]> picks = new TreeMap<>(
                Map.of("uniform", keys.uniform(), "zipf " + ZIPF_EXPONENT, keys.zipf(ZIPF_EXPONENT)));
        try (Node node = Shortwire.node("bench").wire("in-process").start();
                ExecutorService others = Executors.newCachedThreadPool()) {
            for (boolean ends : new boolean[] {true, false}) {
                CAPACITIES.forEach((full, capacity) -> {
                    LocalHits hits = filled(node, capacity, ends ? TIME_TO_LIVE : GroupOptions.FOREVER, keys.all());
                    picks.forEach((name, order) -> {
                        for (int threads : new int[] {1, 2}) {
                            List<Object> place = List.of(ends ? "1 h" : "none", full, name, threads);
                            progress.accept("expiry, fullness, keys, threads: " + place);
                            addRow(table, place, measured(hits.reading(order, others, threads), options));
                        }
                    });
                });
            }
        }
        return new Report(name(), description(), options.quick(), List.of(table), List.of(chart(table)));
    }

    private static LocalHits filled(Node node, long capacity, Duration timeToLive, List<String> keys) {
        GroupOptions options = GroupOptions.DEFAULT.withCapacityBytes(capacity).withTimeToLive(timeToLive);
        Cache<Bytes> own = node.cache("local-" + node.groups().size(), Codecs.bytes(), options, null);
        LocalHits hits = new LocalHits(own, options);
        keys.forEach(key -> hits.put(key, VALUE_BYTES));
        return hits;
    }

    private static PairedRun.Result measured(PairedRun run, BenchOptions options) {
        return run.operations(options.quick() ? 1 << 16 : 1 << 17).rounds(options.quick() ? 31 : 61)
                .warmUpRounds(options.quick() ? 10 : 15).run();
    }

    private static void addRow(Table table, List<Object> place, PairedRun.Result result) {
        Samples speed = result.ratio(BARE, OURS);
        List<Object> cells = new ArrayList<>(place);
        cells.addAll(List.of(result.nanos(BARE).median(), result.nanos(OURS).median(), speed.median(), speed.spread(),
                result.allocatedBytes(BARE).median(), result.allocatedBytes(OURS).median()));
        table.row(cells.toArray());
    }

    private static Chart chart(Table table) {
        List<String> categories = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        List<Double> own = new ArrayList<>();
        for (Map<String, Object> row : table.rows()) {
            if (Objects.equals(row.get("threads"), 1) && row.get("bareNanos") instanceof Double bareNanos
                    && row.get("ownNanos") instanceof Double ownNanos) {
                categories.add(row.get("keys") + ", expiry " + row.get("expiry") + ", full " + row.get("full"));
                bare.add(bareNanos);
                own.add(ownNanos);
            }
        }
        Map<String, List<Double>> series = new LinkedHashMap<>();
        series.put(BARE, bare);
        series.put(OURS, own);
        return new Chart("A hit in the own store, one thread", "ns, median", false, categories, series);
    }
}
