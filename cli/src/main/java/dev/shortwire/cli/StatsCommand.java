package dev.shortwire.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `shortwire stats`.
@Command(name = "stats", description = "Show what each node has counted for each group.")
final class StatsCommand implements Callable<Integer> {
    private static final String[] COUNTS = {"gets", "hits", "peerLoads", "peerErrors", "loads", "loadsDeduped",
        "localLoads", "localLoadErrors", "serverRequests", "entries", "sizeBytes"};

    private final Terminal terminal;

    @Mixin
    private final ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Print the API's own answer, which has all counts.")
    private boolean json;

    StatsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ApiClient client = api.client()) {
            JsonNode stats = client.json("/api/v1/stats");
            if (json) {
                terminal.line(stats.toString());
                return ExitCode.OK;
            }
            String[] head = new String[COUNTS.length + 2];
            head[0] = "GROUP";
            head[1] = "NODE";
            for (int i = 0; i < COUNTS.length; i++) {
                head[i + 2] = OptionsTable.kebab(COUNTS[i]).toUpperCase(java.util.Locale.ROOT);
            }
            Table table = new Table(head);
            for (JsonNode group : stats.path("groups")) {
                String name = group.path("name").asString("");
                group.path("nodes").properties().forEach(node -> table.add(row(name, node.getKey(), node.getValue())));
                table.add(row(name, "all", group.path("total")));
            }
            table.lines().forEach(terminal::line);
            for (JsonNode silent : stats.path("silent")) {
                terminal.line(silent.asString("") + " did not answer and is missing above");
            }
            return ExitCode.OK;
        }
    }

    private static String[] row(String group, String node, JsonNode counts) {
        String[] row = new String[COUNTS.length + 2];
        row[0] = group;
        row[1] = node;
        for (int i = 0; i < COUNTS.length; i++) {
            row[i + 2] = counts.path(COUNTS[i]).asString("");
        }
        return row;
    }
}
