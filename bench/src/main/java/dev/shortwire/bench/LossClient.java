package dev.shortwire.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The process that asks over a network that loses packets. Each line it is told is a [Task] in JSON, each is answered by
/// a line: a [Result].
final class LossClient {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int BODY_BYTES = 100;

    private final Map<String, Exchange> exchanges = new HashMap<>();
    private final Timers timers = new Timers();

    /// @param way     name of a bare loop, of [RepeatedDatagrams], or of a wire
    /// @param address where its server is
    record Task(String way, String address, int outstanding, int millis) {}

    /// @param error why there are no figures; null where there are
    record Result(long calls, double opsPerSecond, double p50, double p99, double p999, @Nullable String error) {}

    static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err); // what libraries print is no result
        LossClient client = new LossClient();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (@Nullable
        String line = lines.readLine(); line != null; line = lines.readLine()) {
            out.println(MAPPER.writeValueAsString(client.result(MAPPER.readValue(line, Task.class))));
        }
        System.exit(0); // whatever thread a library left behind
    }

    private Result result(Task task) {
        try {
            Exchange known = exchanges.get(task.way());
            Exchange exchange = known != null ? known : open(task);
            exchanges.put(task.way(), exchange);
            return measure(exchange, task);
        } catch (IOException | RuntimeException e) {
            exchanges.remove(task.way()); // the next task begins anew
            return new Result(0, 0, 0, 0, 0, e.toString());
        }
    }

    private Exchange open(Task task) throws IOException {
        if (task.way().equals(RepeatedDatagrams.NAME)) {
            return new RepeatedDatagrams(new InetSocketAddress(Floors.host(), Integer.parseInt(task.address())));
        }
        boolean isWire = Serving.providers().stream().anyMatch(provider -> provider.name().equals(task.way()));
        return isWire
                ? WireExchange.connect(task.way(), Serving.wire(task.way(), true, timers), task.address())
                : Floors.named(task.way()).connect(task.address());
    }

    private static Result measure(Exchange exchange, Task task) throws IOException {
        exchange.ask(Body.of(Body.Form.BYTES, BODY_BYTES));
        Histogram histogram = new Histogram();
        long start = System.nanoTime();
        long until = start + TimeUnit.MILLISECONDS.toNanos(task.millis());
        long calls = 0;
        if (task.outstanding() > 1) {
            calls = exchange.pipeline(task.outstanding(), until, histogram);
        } else {
            for (long now = start; now < until; calls++) {
                exchange.call();
                long end = System.nanoTime();
                histogram.record(end - now);
                now = end;
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Result(calls, calls / seconds, histogram.quantile(0.5) / 1e3, histogram.quantile(0.99) / 1e3,
                histogram.quantile(0.999) / 1e3, null);
    }
}
