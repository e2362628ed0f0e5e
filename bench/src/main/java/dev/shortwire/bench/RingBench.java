package dev.shortwire.bench;

import dev.shortwire.ring.GeecachePlacement;
import dev.shortwire.ring.Placement;
import dev.shortwire.ring.WeightedPlacement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Ways to find the owner of a key: modulo, groupcache's and geecache's ring, ours. How evenly they spread keys, how many
/// move when a member joins or leaves, what a look-up costs.
public final class RingBench implements Benchmark {
    static final int[] NODES = {3, 10, 100};
    private static final String GROUP = "users";

    @Override
    public String name() {
        return "ring";
    }

    @Override
    public String description() {
        return "owner of a key by modulo, geecache and ours: balance, keys moved, ns per look-up";
    }

    @Override
    public Report run(BenchOptions options, Consumer<String> progress) {
        List<Placement> placements = List.of(new ModuloPlacement(), new GeecachePlacement(), new WeightedPlacement());
        Spread spread = new Spread(GROUP, options.quick() ? 300_000 : 1_000_000, options.quick() ? 5 : 15);
        progress.accept("how evenly keys are spread");
        Table balance = spread.balance(placements, NODES);
        progress.accept("how many keys move when a member joins or leaves");
        Table moved = spread.moved(placements, NODES);
        progress.accept("what a look-up costs");
        Table cost = new LookUps(GROUP, options.quick()).cost(NODES);
        List<Chart> charts = List.of(
                chart("Balance: most loaded member", "keys, as a multiple of the mean", false, balance, "maxToMean"),
                chart("Keys moved when a member joins", "as a multiple of the ideal", true, moved, "joinRatio"),
                chart("Keys moved when a member leaves", "as a multiple of the ideal", true, moved, "leaveRatio"),
                chart("Look-up", "ns, median", false, cost, "nanosMedian"));
        return new Report(name(), description(), options.quick(), List.of(balance, moved, cost), charts);
    }

    private static Chart chart(String title, String valueTitle, boolean logarithmic, Table table, String key) {
        List<String> categories = new ArrayList<>();
        Map<String, List<Double>> series = new LinkedHashMap<>();
        for (Map<String, Object> row : table.rows()) {
            String nodes = row.get("nodes") + " nodes";
            if (!categories.contains(nodes)) {
                categories.add(nodes);
            }
            if (row.get("name") instanceof String name && row.get(key) instanceof Double value) {
                series.computeIfAbsent(name, ignored -> new ArrayList<>()).add(value);
            }
        }
        return new Chart(title, valueTitle, logarithmic, categories, series);
    }
}
