package dev.shortwire.cli;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import dev.shortwire.LoadContext;
import dev.shortwire.http.Percent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// An HTTP server: one GET per load. Redirects are not followed, so that a key never decides which server is asked.
final class HttpOrigin implements Origin {
    private final HttpOriginConfig config;
    private final HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1).executor(Executors.newVirtualThreadPerTaskExecutor())
            .connectTimeout(Duration.ofSeconds(5)).build();

    HttpOrigin(HttpOriginConfig config) {
        this.config = config;
    }

    @Override
    public @Nullable Bytes load(String key, LoadContext context) throws IOException, InterruptedException {
        Duration remaining = context.remaining();
        HttpRequest request = HttpRequest.newBuilder(uri(config.url(), key))
                .timeout(remaining.isPositive() ? remaining : Duration.ofMillis(1)).GET().build();
        HttpResponse<byte[]> response = client.send(request,
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), Limits.MAX_VALUE_BYTES));
        return switch (response.statusCode()) {
            case 200 -> Bytes.adopt(response.body());
            case 404 -> null;
            default -> throw new IOException("the origin at " + request.uri().getRawAuthority() + " answered "
                    + response.statusCode() + "; only 200 and 404 are answers");
        };
    }

    /// The URL of a key.
    ///
    /// @throws IOException for the keys `.` and `..`, which a server may take for a step in its folders
    static URI uri(String template, String key) throws IOException {
        if (key.equals(".") || key.equals("..")) {
            throw new IOException("the key " + key + " can't stand in a URL; use another key");
        }
        return URI.create(template.replace(HttpOriginConfig.KEY, Percent.encode(key)));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
