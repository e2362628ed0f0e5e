package dev.shortwire.cli;

import dev.shortwire.http.Percent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `shortwire explain [PEER]`.
@Command(name = "explain", description = "Say over which wire the asked node reaches a peer, and why: candidates,"
        + " measurements, choice, history. Without a peer: one line for each.")
final class ExplainCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT)
            .withZone(ZoneId.systemDefault());

    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "PEER", description = "Name of another member (see: members).")
    private @Nullable String peer;

    @Mixin
    private final ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Print the API's own answer.")
    private boolean json;

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ApiClient client = api.client()) {
            JsonNode links = client.json("/api/v1/links" + (peer == null ? "" : "?peer=" + Percent.encode(peer)));
            if (json) {
                terminal.line(links.toString());
            } else if (peer == null) {
                summary(links);
            } else {
                links.path("links").forEach(link -> explain(links.path("node").asString(""), link));
            }
            return ExitCode.OK;
        }
    }

    private void summary(JsonNode links) {
        Table table = new Table("PEER", "STATE", "WIRE", "BECAUSE");
        links.path("links").forEach(link -> table.add(text(link, "peer"), text(link, "state"), wire(link),
                text(link, "reason")));
        table.lines().forEach(terminal::line);
    }

    private void explain(String node, JsonNode link) {
        terminal.line(node + " to " + text(link, "peer") + ": " + wire(link) + " (" + text(link, "state")
                + "), because " + text(link, "reason"));
        String host = text(link, "host");
        if (!host.isEmpty()) {
            terminal.line("the peer says it runs on " + host);
        }
        terminal.line("");
        Table table = new Table("WIRE", "ADDRESS", "STATE", "PING", "CALL", "LOSS", "WHY NOT");
        for (JsonNode candidate : link.path("candidates")) {
            table.add(text(candidate, "wire"), text(candidate, "address"), text(candidate, "state"),
                    time(candidate.path("pingNanos").asLong(0)), time(candidate.path("callNanos").asLong(0)),
                    loss(candidate), text(candidate, "why"));
        }
        table.lines().forEach(terminal::line);
        terminal.line("");
        for (JsonNode change : link.path("history")) {
            String from = text(change, "from");
            String to = text(change, "to");
            terminal.line(TIME.format(Instant.ofEpochMilli(change.path("atMillis").asLong(0))) + "  "
                    + (from.isEmpty() ? "" : from + " -> ") + (to.isEmpty() ? "none" : to) + ": "
                    + text(change, "reason"));
        }
    }

    private static String loss(JsonNode candidate) {
        return candidate.path("pingNanos").asLong(0) == 0 ? "-"
                : String.format(Locale.ROOT, "%.0f%%", 100 * candidate.path("loss").asDouble(0));
    }

    private static String time(long nanos) {
        return nanos == 0 ? "-"
                : nanos < 10_000_000 ? String.format(Locale.ROOT, "%.1f µs", nanos / 1e3)
                        : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }

    private static String wire(JsonNode link) {
        String wire = text(link, "wire");
        return wire.isEmpty() ? "none" : wire;
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }
}
