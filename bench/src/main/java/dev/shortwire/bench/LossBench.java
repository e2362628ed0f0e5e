package dev.shortwire.bench;

import dev.shortwire.ConfigurationException;
import dev.shortwire.bench.Table.Column;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/// TCP or UDP on a network that loses packets: reads of 100 bytes between two namespaces, with none to a tenth of all
/// packets lost. Blocks for up to a minute if quick, else about three.
public final class LossBench implements Benchmark {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double[] LOSSES = {0, 0.01, 0.02, 0.05, 0.1};
    private static final double[] QUICK_LOSSES = {0, 0.01, 0.1};
    private static final int[] OUTSTANDING = {1, 16};
    private static final String WIRE = "tcp";

    @Override
    public String name() {
        return "loss";
    }

    @Override
    public String description() {
        return "TCP or UDP where packets are lost: reads between two network namespaces (Linux, root)";
    }

    @Override
    public Report run(BenchOptions options, Consumer<String> progress) {
        Table table = new Table("Reads of 100 B over a network that loses packets: microseconds",
                List.of(Column.number("lossPercent", "lost, %", 0), Column.text("way"),
                        Column.number("outstanding", "outstanding", 0), Column.number("ops", "calls/s", 0),
                        Column.number("p50", "p50", 0), Column.number("p99", "p99", 0),
                        Column.number("p999", "p99.9", 0)));
        List<String> notes = new ArrayList<>();
        try (LossyNetwork network = new LossyNetwork();
                Child server = Child.start(network.atServer(), LossyNetwork.SERVER_HOST, BenchServer.class);
                Child client = Child.start(network.atClient(), LossyNetwork.SERVER_HOST, LossClient.class)) {
            Map<String, String> ways = serve(new RemoteServing(server));
            for (double loss : options.quick() ? QUICK_LOSSES : LOSSES) {
                for (Map.Entry<String, String> way : ways.entrySet()) {
                    for (int outstanding : OUTSTANDING) {
                        progress.accept(way.getKey() + ", " + loss * 100 + " % lost, " + outstanding + " outstanding");
                        network.lose(loss);
                        int millis = options.quick() ? 1_000 : 3_000;
                        client.tell(MAPPER.writeValueAsString(
                                new LossClient.Task(way.getKey(), way.getValue(), outstanding, millis)));
                        add(table, notes, loss, way.getKey(), outstanding,
                                MAPPER.readValue(client.hear(PATIENCE), LossClient.Result.class));
                        network.lose(0); // whoever connects anew is not kept from it
                    }
                }
            }
        } catch (IOException e) {
            throw new ConfigurationException("bench loss can't be run here: " + e.getMessage()
                    + "; it needs Linux, root, /dev/net/tun and the command ip");
        }
        return new Report(name(), description(), options.quick(), List.of(table), List.of(chart(table)))
                .withNotes(notes);
    }

    private static Map<String, String> serve(Backend server) throws IOException {
        Map<String, String> ways = new LinkedHashMap<>();
        ways.put(SocketFloor.BARE_TCP, server.floor(SocketFloor.BARE_TCP));
        ways.put(RepeatedDatagrams.NAME, server.floor(DatagramFloor.NAME));
        if (Serving.providers().stream().anyMatch(provider -> provider.name().equals(WIRE))) {
            ways.put(WIRE, server.listen(WIRE, true));
        }
        return ways;
    }

    private static void add(Table table, List<String> notes, double loss, String way, int outstanding,
            LossClient.Result result) {
        if (result.error() == null) {
            table.row(loss * 100, way, outstanding, result.opsPerSecond(), result.p50(), result.p99(), result.p999());
        } else {
            notes.add("Failed: " + way + " with " + loss * 100 + " % lost: " + result.error());
        }
    }

    private static Chart chart(Table table) {
        List<String> categories = new ArrayList<>();
        Map<String, List<Double>> series = new LinkedHashMap<>();
        for (Map<String, Object> row : table.rows()) {
            if (row.get("outstanding") instanceof Integer one && one == 1 && row.get("way") instanceof String way
                    && row.get("lossPercent") instanceof Double percent && row.get("p99") instanceof Double p99) {
                String category = Math.round(percent) + " % lost";
                if (!categories.contains(category)) {
                    categories.add(category);
                }
                series.computeIfAbsent(way, ignored -> new ArrayList<>()).add(p99);
            }
        }
        series.values().removeIf(values -> values.size() < categories.size());
        return new Chart("One read after the other, p99", "µs", true, categories, series);
    }
}
