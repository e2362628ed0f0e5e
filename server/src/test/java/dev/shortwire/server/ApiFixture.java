package dev.shortwire.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.Bytes;
import dev.shortwire.GroupOptions;
import dev.shortwire.Node;
import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.node.Codecs;
import dev.shortwire.node.NodeBuilder;
import dev.shortwire.node.Shortwire;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.MemoryHub;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.View;
import dev.shortwire.spi.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Three nodes with two groups, and the API of the first at a free port of loopback. `scores` has a loader: Tom, Jack and
/// Sam have scores, keys that begin with `boom` make it fail, `slow` makes it hang until the end. `notes` has none.
final class ApiFixture implements AutoCloseable {
    static final ApiSettings SETTINGS = ApiSettings.DEFAULT.withDefaultGroup("scores").withExpectedMembers(3)
            .withTimeout(Duration.ofSeconds(20));

    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final GroupOptions OPTIONS = GroupOptions.DEFAULT.withTimeout(Duration.ofSeconds(20))
            .withLoadTimeout(WAIT);

    private final CountDownLatch end = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server = new HttpServer(HttpServerOptions.DEFAULT);
    private final CountDownLatch slowBegan = new CountDownLatch(1);
    private final AtomicInteger slowLoads = new AtomicInteger();
    final Map<String, String> scores = new ConcurrentHashMap<>(Map.of("Tom", "630", "Jack", "589", "Sam", "567"));
    private final MemoryHub hub = new MemoryHub(1);
    private final Node node;
    private final Duration notesTimeout;
    final List<Node> nodes = new ArrayList<>();
    final int port;

    ApiFixture(ApiSettings settings) {
        this(settings, false, OPTIONS.timeout());
    }

    /// @param throughObserver whether the API is that of a fourth node, which owns no keys, instead of the first one's
    /// @param notesTimeout   how long a call for a key of `notes` waits
    ApiFixture(ApiSettings settings, boolean throughObserver, Duration notesTimeout) {
        this.notesTimeout = notesTimeout;
        for (int i = 1; i <= 3; i++) {
            nodes.add(start(Shortwire.node("node-" + i)));
        }
        node = throughObserver ? start(Shortwire.node("gateway").observer()) : nodes.getFirst();
        await().atMost(WAIT).until(this::isSettled);
        ApiServer.mount(server, node, settings);
        port = server.bind(HostPort.loopbackHosts(), 0);
    }

    private Node start(NodeBuilder builder) {
        Node started = builder.cluster("test").registry(hub).wire("in-process").start();
        started.cache("scores", Codecs.bytes(), OPTIONS, (key, context) -> score(key));
        started.cache("notes", Codecs.bytes(), OPTIONS.withTimeout(notesTimeout), null);
        return started;
    }

    /// Whether all have adopted the last view and have a link to everybody.
    private boolean isSettled() {
        return Stream.concat(nodes.stream(), Stream.of(node)).allMatch(n -> n.view().epoch() == hub.view().epoch()
                && n.view().members().size() == 3
                && n.view().members().stream().allMatch(m -> List.of("self", "linked").contains(m.state())));
    }

    /// The one whose API it is.
    Node node() {
        return node;
    }

    private @Nullable Bytes score(String key) throws InterruptedException {
        if (key.startsWith("boom")) {
            throw new IllegalStateException("the database is down");
        }
        if (key.equals("slow")) {
            slowLoads.incrementAndGet();
            slowBegan.countDown();
            end.await();
        }
        String score = scores.get(key);
        return score == null ? null : Bytes.utf8(score);
    }

    /// A key of that group that the node owns, or one that it does not own.
    String key(String group, boolean owned) {
        return first(i -> "key-" + i, key -> node.route(group, key).owner().equals(node.name()) == owned);
    }

    /// A key of that group that `owner` owns.
    String keyOf(String group, String owner) {
        return first(i -> "key-" + i, key -> node.route(group, key).owner().equals(owner));
    }

    /// A key whose load fails and whose owner can be reached.
    String failingKey() {
        return first(i -> "boom" + i, key -> node.route("scores", key).owner().startsWith("node-"));
    }

    private static String first(IntFunction<String> candidate, Predicate<String> fits) {
        return IntStream.iterate(0, i -> i + 1).mapToObj(candidate).filter(fits).findFirst().orElseThrow();
    }

    /// Puts a member into the view that has published no way to reach it.
    void addGhost(String name) {
        Registry ghost = hub.client((delayNanos, task) -> () -> {}, Runnable::run, WAIT);
        ghost.watch(new Registry.RegistryListener() {
            @Override
            public void changed(View view, Map<String, Profile> profiles) {}

            @Override
            public void reachable(boolean reachable) {}
        });
        ghost.join(Member.named(name, 1), new Profile(name, 1, "", 0, Map.of(), Map.of())).toCompletableFuture().join();
        await().atMost(WAIT).until(() -> nodes.stream().allMatch(n -> n.view().epoch() == hub.view().epoch()));
    }

    void awaitSlowLoad() throws InterruptedException {
        assertThat(slowBegan.await(60, TimeUnit.SECONDS)).isTrue();
    }

    void endSlowLoads() {
        end.countDown();
    }

    int slowLoads() {
        return slowLoads.get();
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
        try {
            return got(client.send(request(method, target, body, headers), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    CompletableFuture<Got> getLater(String target) {
        return client.sendAsync(request("GET", target, null), HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(ApiFixture::got);
    }

    private HttpRequest request(String method, String target, byte @Nullable [] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    private static Got got(HttpResponse<byte[]> reply) {
        Map<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(reply.headers().map());
        return new Got(reply.statusCode(), byName, Bytes.adopt(reply.body()));
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
        node.close();
        nodes.forEach(Node::close);
    }
}
