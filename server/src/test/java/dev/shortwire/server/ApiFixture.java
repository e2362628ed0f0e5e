package dev.shortwire.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.shortwire.Bytes;
import dev.shortwire.Loader;
import dev.shortwire.Node;
import dev.shortwire.http.HostPort;
import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Three nodes with two groups, and the API of the first at a free port of loopback. `scores` has a loader: Tom, Jack and
/// Sam have scores, `boom` makes it fail, `slow` makes it hang until the end. `notes` has none.
final class ApiFixture implements AutoCloseable {
    static final ApiSettings SETTINGS = ApiSettings.DEFAULT.withDefaultGroup("scores").withExpectedMembers(3)
            .withTimeout(Duration.ofSeconds(20));

    private static final Map<String, String> SCORES = Map.of("Tom", "630", "Jack", "589", "Sam", "567");

    private final CountDownLatch end = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server = new HttpServer(HttpServerOptions.DEFAULT);
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>(
            new IllegalStateException("the database is down"));
    final List<? extends Node> nodes;
    final int port;

    ApiFixture(ApiSettings settings) {
        Map<String, Loader<Bytes>> loaders = new LinkedHashMap<>();
        loaders.put("scores", (key, context) -> score(key));
        loaders.put("notes", (key, context) -> null);
        nodes = MemoryNode.cluster(3, loaders);
        ApiServer.mount(server, nodes.getFirst(), settings);
        port = server.bind(HostPort.loopbackHosts(), 0);
    }

    Node node() {
        return nodes.getFirst();
    }

    private @Nullable Bytes score(String key) throws InterruptedException {
        switch (key) {
            case "boom" -> throw failure.get();
            case "slow" -> end.await();
            default -> {
            }
        }
        String score = SCORES.get(key);
        return score == null ? null : Bytes.utf8(score);
    }

    /// A key of that group that the first node owns, or one that it does not own.
    String key(String group, boolean owned) {
        for (int i = 0;; i++) {
            if (node().route(group, "key-" + i).owner().equals(node().name()) == owned) {
                return "key-" + i;
            }
        }
    }

    /// A reply as it came.
    record Got(int status, Map<String, List<String>> headers, Bytes content) {
        byte[] body() {
            return content.toByteArray();
        }

        String text() {
            return content.utf8();
        }

        @Nullable
        String header(String name) {
            List<String> values = headers.get(name);
            return values == null ? null : String.join(" | ", values);
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(body());
        }
    }

    Got get(String target) {
        return send("GET", target, null);
    }

    /// Sends a request through the JDK's client.
    ///
    /// @param headers name, value, name, value, …
    Got send(String method, String target, byte @Nullable [] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<byte[]> reply = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            Map<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            byName.putAll(reply.headers().map());
            return new Got(reply.statusCode(), byName, Bytes.adopt(reply.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Sends a request line and headers as they stand, one character a byte, and reads until the server closes.
    Got raw(String requestLine, String... headerLines) {
        StringBuilder request = new StringBuilder(requestLine + "\r\nHost: localhost\r\nConnection: close\r\n");
        for (String line : headerLines) {
            request.append(line).append("\r\n");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.append("\r\n").toString().getBytes(ISO_8859_1));
            return parsed(socket.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Got parsed(byte[] reply) {
        String text = new String(reply, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.merge(lines[i].substring(0, colon), List.of(lines[i].substring(colon + 1).strip()),
                    (a, b) -> List.of(a.getFirst(), b.getFirst()));
        }
        return new Got(Integer.parseInt(lines[0].substring(9, 12)), headers,
                Bytes.adopt(text.substring(end + 4).getBytes(ISO_8859_1)));
    }

    @Override
    public void close() {
        end.countDown();
        server.close();
        client.close();
        nodes.forEach(Node::close);
    }
}
