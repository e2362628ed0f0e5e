package dev.shortwire.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `shortwire members`.
@Command(name = "members", description = "List the members of the cluster, as the asked node sees them.")
final class MembersCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Print the API's own answer.")
    private boolean json;

    MembersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ApiClient client = api.client()) {
            JsonNode view = client.json("/api/v1/members");
            if (json) {
                terminal.line(view.toString());
                return ExitCode.OK;
            }
            Table table = new Table("NAME", "ADDRESS", "PID", "STATE", "WIRE");
            for (JsonNode member : view.path("members")) {
                table.add(member.path("name").asString(""), member.path("address").asString(""),
                        member.path("pid").asString(""), member.path("state").asString(""),
                        member.path("wire").asString(""));
            }
            table.lines().forEach(terminal::line);
            boolean reachable = view.path("registryReachable").asBoolean(true);
            terminal.line("epoch " + view.path("epoch").asLong(0)
                    + (reachable ? "" : ", and the registry can't be reached now"));
            return ExitCode.OK;
        }
    }
}
