package dev.shortwire.geecache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.spi.HostPort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A node of a test: a group whose getter answers `key@port`, and a pool that answers peers on a free port.
final class RunningPool implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final List<String> loaded = new CopyOnWriteArrayList<>();
    final String url;
    final HttpPool pool;
    final Group group;
    private final HttpServer server = new HttpServer(HttpServerOptions.DEFAULT);

    RunningPool() {
        this("scores", null, HttpPoolOptions.DEFAULT.withTimeout(LONG));
    }

    /// @param getter null for the one that answers `key@port`
    RunningPool(String groupName, @Nullable Getter getter, HttpPoolOptions options) {
        int port = server.bind(HostPort.loopbackHosts(), 0);
        url = "http://localhost:" + port;
        pool = new HttpPool(url, options);
        server.route(pool.basePath(), 0, pool.handler());
        group = new Group(groupName, 1 << 20, key -> {
            loaded.add(key);
            return getter == null ? (key + "@" + port).getBytes(UTF_8) : getter.get(key);
        }, Duration.ofSeconds(10));
        group.registerPeers(pool);
    }

    /// Makes all of them know each other.
    static void join(RunningPool... nodes) {
        String[] urls = List.of(nodes).stream().map(node -> node.url).toArray(String[]::new);
        for (RunningPool node : nodes) {
            node.pool.set(urls);
        }
    }

    /// A key, beginning with `prefix`, that this node leaves to a peer.
    String keyOfPeer(String prefix) {
        for (int i = 0;; i++) {
            if (pool.pickPeer(prefix + i).isPresent()) {
                return prefix + i;
            }
        }
    }

    /// A key, beginning with `prefix`, that this node owns.
    String ownKey(String prefix) {
        for (int i = 0;; i++) {
            if (pool.pickPeer(prefix + i).isEmpty()) {
                return prefix + i;
            }
        }
    }

    /// The answer to a request for what comes after the base path, written as it is.
    HttpResponse<String> ask(String method, String rest) throws Exception {
        URI uri = URI.create(url + pool.basePath() + rest);
        return CLIENT.send(
                HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).timeout(LONG).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /// Ends the node as its peers see it.
    void stop() {
        server.close();
    }

    @Override
    public void close() {
        server.close();
        pool.close();
    }
}
