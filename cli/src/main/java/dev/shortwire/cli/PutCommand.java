package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `shortwire put KEY VALUE`.
@Command(name = "put", description = "Store a value at the owner of its key. Does not write to the group's origin.")
final class PutCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final KeyOptions key = new KeyOptions();

    @Parameters(index = "1", paramLabel = "VALUE|-|@FILE", description = "The value itself, - for standard input, or @ and the name of a file.")
    private String value = "";

    @Option(names = "--ttl", paramLabel = "TIME", description = "How long it lives, such as 30s (default: the group's).")
    private @Nullable String timeToLive;

    @Option(names = "--content-type", paramLabel = "TYPE", description = "Media type of the value (default: text/plain "
            + "for a value on the command line, else application/octet-stream).")
    private @Nullable String contentType;

    @Mixin
    private final ApiOptions api = new ApiOptions();

    PutCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        key.key();
        String query = timeToLive == null ? "" : "?ttl=" + timeToLive(timeToLive);
        byte[] bytes = bytes();
        boolean text = !value.equals("-") && !value.startsWith("@");
        String type = contentType != null ? contentType
                : text ? "text/plain; charset=utf-8" : GroupConfig.DEFAULT_CONTENT_TYPE;
        try (ApiClient client = api.client()) {
            ApiClient.Reply reply = client.send("PUT", key.path(client) + query, BodyPublishers.ofByteArray(bytes),
                    type);
            if (reply.status() / 100 != 2) {
                throw client.failure(reply);
            }
            return ExitCode.OK;
        }
    }

    /// As the API reads it.
    private static String timeToLive(String text) {
        Duration said = Units.duration("--ttl", text);
        if (!said.isPositive()) {
            throw new CliException(ExitCode.USAGE, "ttl=" + text + " must be more than 0; set --ttl, or use remove");
        }
        return Units.text(said);
    }

    private byte[] bytes() throws IOException {
        if (value.equals("-")) {
            return bounded(terminal.in());
        }
        if (!value.startsWith("@")) {
            return value.getBytes(UTF_8);
        }
        Path file = Path.of(value.substring(1));
        try (InputStream in = Files.newInputStream(file)) {
            return bounded(in);
        } catch (NoSuchFileException missing) {
            throw new CliException(ExitCode.USAGE,
                    "file " + file + " does not exist; a value that begins with @ can be "
                            + "given on standard input with -",
                    missing);
        } catch (IOException unreadable) {
            throw new CliException(ExitCode.USAGE, "file " + file + " can't be read ("
                    + (Files.isDirectory(file) ? "it is a folder" : unreadable.getMessage())
                    + "); name a file, or give the value on standard input with -", unreadable);
        }
    }

    private static byte[] bounded(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(Limits.MAX_VALUE_BYTES + 1);
        if (bytes.length > Limits.MAX_VALUE_BYTES) {
            throw new CliException(ExitCode.USAGE,
                    "value has more than " + Limits.MAX_VALUE_BYTES + " bytes; store it in parts");
        }
        return bytes;
    }
}
