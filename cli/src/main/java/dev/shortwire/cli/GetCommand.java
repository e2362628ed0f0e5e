package dev.shortwire.cli;

import dev.shortwire.http.Percent;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `shortwire get KEY`: the value's bytes as they are.
@Command(name = "get", description = "Print the value of a key, byte for byte; exit code 3 if it has none.")
final class GetCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final KeyOptions key = new KeyOptions();

    @Mixin
    private final ApiOptions api = new ApiOptions();

    @Option(names = {"-i", "--info"}, description = "Say on standard error where the answer came from.")
    private boolean info;

    GetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (ApiClient client = api.client()) {
            String group = key.group(client);
            ApiClient.Reply reply = client.send("GET",
                    "/api/v1/groups/" + Percent.encode(group) + "/keys/" + Percent.encode(key.key()),
                    BodyPublishers.noBody(), null);
            boolean absent = reply.status() == 404 && client.problem(reply, "kind").equals("absent");
            if (reply.status() != 200 && !absent) {
                throw client.failure(reply);
            }
            if (info) {
                terminal.error("from " + reply.header("Shortwire-Source") + ", owner " + reply.header("Shortwire-Owner")
                        + ", epoch " + reply.header("Shortwire-Epoch"));
            }
            if (absent) {
                throw new CliException(ExitCode.NOT_FOUND, key.key() + " does not exist in group " + group);
            }
            terminal.out().writeBytes(reply.body());
            terminal.out().flush();
            return ExitCode.OK;
        }
    }
}
