package dev.shortwire.cli;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `shortwire remove KEY`.
@Command(name = "remove", description = "Invalidate a key at its owner; the next get loads it anew. Safe to repeat.")
final class RemoveCommand implements Callable<Integer> {
    @Mixin
    private final KeyOptions key = new KeyOptions();

    @Mixin
    private final ApiOptions api = new ApiOptions();

    RemoveCommand() {}

    @Override
    public Integer call() {
        try (ApiClient client = api.client()) {
            ApiClient.Reply reply = client.send("DELETE", key.path(client), BodyPublishers.noBody(), null);
            if (reply.status() / 100 != 2) {
                throw client.failure(reply);
            }
            return ExitCode.OK;
        }
    }
}
