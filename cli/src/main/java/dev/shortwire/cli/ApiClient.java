package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.spi.Clock;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls the HTTP API of a node, and turns what goes wrong into a line with an exit code.
final class ApiClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String url;
    private final HttpClient client;

    /// @param url such as `http://localhost:9999`
    /// @throws CliException if it is no such URL
    ApiClient(String url) {
        this(url, null);
    }

    /// @param url such as `https://localhost:9999`
    /// @param tls with which files to prove who calls, and whom to believe; null: as Java does
    /// @throws CliException if it is no such URL
    ApiClient(String url, @Nullable TlsSettings tls) {
        String bare = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        try {
            URI uri = URI.create(bare);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (!scheme.matches("https?") || uri.getHost() == null || !uri.getRawPath().isEmpty()) {
                throw new IllegalArgumentException("it needs a scheme and a host, and nothing behind the port");
            }
        } catch (IllegalArgumentException wrong) {
            throw new CliException(ExitCode.USAGE, "api=" + url + " must be a URL such as http://localhost:9999 ("
                    + wrong.getMessage() + "); set --api", wrong);
        }
        this.url = bare;
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT);
        this.client = (tls == null ? builder : builder.sslContext(Tls.open(tls, Clock.SYSTEM).context())).build();
    }

    /// A reply of any status.
    record Reply(int status, HttpResponse<byte[]> response) {
        byte[] body() {
            return response.body();
        }

        @Nullable
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }
    }

    /// A GET whose answer is a JSON document.
    ///
    /// @throws CliException unless the status is 200
    JsonNode json(String path) {
        Reply reply = send("GET", path, BodyPublishers.noBody(), null);
        if (reply.status() != 200) {
            throw failure(reply);
        }
        try {
            return JSON.readTree(reply.body());
        } catch (JacksonException wrong) {
            throw new CliException(ExitCode.FAILED, url + path + " answers, but not with JSON; is it a Shortwire node?",
                    wrong);
        }
    }

    /// Any call.
    ///
    /// @param path from the root, percent-encoded, with the query
    /// @throws CliException if there is no answer
    Reply send(String method, String path, BodyPublisher body, @Nullable String contentType) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT).method(method,
                body);
        if (contentType != null) {
            try {
                request.header("Content-Type", contentType);
            } catch (IllegalArgumentException wrong) {
                throw new CliException(ExitCode.USAGE, "content-type=" + contentType
                        + " is not a media type; set --content-type to one such as text/plain", wrong);
            }
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response);
        } catch (HttpTimeoutException late) {
            throw new CliException(ExitCode.UNREACHABLE, "no answer from " + url + " in time; see whether it is stuck, "
                    + "or name another node with --api", late);
        } catch (IOException unreachable) {
            throw new CliException(ExitCode.UNREACHABLE, "can't reach " + url + " (" + reason(unreachable)
                    + "); start a cluster with: shortwire demo, or name a node with --api URL", unreachable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted while waiting for " + url, interrupted);
        }
    }

    /// What the cluster says of an error, in one line.
    CliException failure(Reply reply) {
        String said = problem(reply, "detail");
        String detail = said.isEmpty() ? new String(reply.body(), UTF_8).strip() : said;
        return new CliException(ExitCode.FAILED, (detail.isEmpty() ? "no reason given" : detail) + " (" + url
                + " answered " + reply.status() + ")");
    }

    /// A field of the problem document that came with an error; empty where there is none.
    String problem(Reply reply, String field) {
        String contentType = reply.header("Content-Type");
        if (contentType == null || !contentType.contains("json")) {
            return "";
        }
        try {
            return JSON.readTree(reply.body()).path(field).asString("");
        } catch (JacksonException notJson) {
            return "";
        }
    }

    private static String reason(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        return failure instanceof java.net.ConnectException ? "connection refused" : failure.getClass().getSimpleName();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
