package dev.shortwire.cli;

import dev.shortwire.http.Percent;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `shortwire ring KEY`.
@Command(name = "ring", description = "Say who owns a key and how an answer would travel from there.")
final class RingCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final KeyOptions key = new KeyOptions();

    @Mixin
    private final ApiOptions api = new ApiOptions();

    @Option(names = "--json", description = "Print the API's own answer.")
    private boolean json;

    RingCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ApiClient client = api.client()) {
            JsonNode route = client.json("/api/v1/ring?group=" + Percent.encode(key.group(client)) + "&key="
                    + Percent.encode(key.key()));
            String owner = route.path("owner").asString("");
            terminal.line(json ? route.toString()
                    : (owner.isEmpty() ? "nobody owns it" : "owner " + owner) + ", epoch "
                            + route.path("epoch").asLong(0) + ", by " + route.path("how").asString(""));
            return ExitCode.OK;
        }
    }
}
