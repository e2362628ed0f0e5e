package dev.shortwire.cli;

import dev.shortwire.Limits;
import dev.shortwire.ShortwireException;
import dev.shortwire.http.Percent;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The key that a command is about.
final class KeyOptions {
    @Parameters(index = "0", paramLabel = "KEY", description = "1 to 65,536 bytes of text.")
    private String key = "";

    @Option(names = {"-g",
        "--group"}, paramLabel = "GROUP", description = "Group of the key (default: the one that the node names as its default).")
    private @Nullable String group;

    /// @throws CliException if it can't be a key
    String key() {
        try {
            return Limits.requireKey(key);
        } catch (ShortwireException wrong) {
            throw new CliException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /// The group that was named, or the node's default.
    ///
    /// @throws CliException if there is neither, or the key can't be one
    String group(ApiClient api) {
        key();
        if (group != null) {
            return group;
        }
        String byDefault = api.json("/api/v1/cluster").path("defaultGroup").asString("");
        if (byDefault.isEmpty()) {
            throw new CliException(ExitCode.USAGE, "the cluster has no default group; name one with --group");
        }
        return byDefault;
    }

    /// Where the entry is in the API.
    String path(ApiClient api) {
        return "/api/v1/groups/" + Percent.encode(group(api)) + "/keys/" + Percent.encode(key());
    }
}
