package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.Bytes;
import dev.shortwire.ConfigurationException;
import dev.shortwire.geecache.Group;
import dev.shortwire.geecache.HttpPool;
import dev.shortwire.geecache.HttpPoolOptions;
import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.server.ApiSettings;
import dev.shortwire.spi.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A node that its YAML file makes a member of a pool, with a peer of the pool that is no node.
final class PoolsTest {
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path folder;

    private final List<String> loadedByPeer = new CopyOnWriteArrayList<>();
    private final List<String> loadedByNode = new CopyOnWriteArrayList<>();
    private final HttpServer origin = new HttpServer(HttpServerOptions.DEFAULT);
    private final HttpServer peerServer = new HttpServer(HttpServerOptions.DEFAULT);
    private int originPort;
    private int peerPort;
    private int nodePort;

    @BeforeEach
    void start() throws IOException {
        origin.route("/", (request, exchange) -> {
            String key = request.pathAfter("/");
            loadedByNode.add(key);
            exchange.answer(dev.shortwire.http.HttpResponse.of(key.equals("nobody") ? 404 : 200, "text/plain",
                    Bytes.utf8("value of " + key)));
        });
        originPort = origin.bind(HostPort.loopbackHosts(), 0);
        peerPort = peerServer.bind(HostPort.loopbackHosts(), 0);
        nodePort = freePort();
    }

    @AfterEach
    void stop() {
        origin.close();
        peerServer.close();
    }

    @ParameterizedTest
    @CsvSource({"groupcache,true", "groupcache,false", "geecache,true"})
    void sharesOnePoolWithPeersAndRefusesWrites(String protocol, boolean atThePortOfTheApi) throws Exception {
        HttpPoolOptions options = (protocol.equals("geecache") ? HttpPoolOptions.DEFAULT : HttpPoolOptions.GROUPCACHE)
                .withTimeout(Duration.ofSeconds(30));
        String self = "http://localhost:" + (atThePortOfTheApi ? nodePort : freePort());
        String peerUrl = "http://localhost:" + peerPort;
        NodeConfig config = config("protocol: " + protocol + ", timeout: 30s, group: Scores_1, self: '" + self
                + "', peers: ['" + peerUrl + "', '" + self + "']");
        try (HttpPool pool = new HttpPool(peerUrl, options);
                Assembly assembly = Assembly.start(config, surroundings(), new Closer())) {
            peerServer.route(pool.basePath(), 0, pool.handler());
            Group group = new Group("Scores_1", 1 << 20, key -> {
                loadedByPeer.add(key);
                return ("value of " + key).getBytes(UTF_8);
            }, Duration.ofSeconds(30));
            pool.set(peerUrl, self);
            group.registerPeers(pool);

            for (int i = 0; i < 40; i++) {
                String key = "key/" + i;
                assertThat(api("GET", "key%2F" + i).body()).isEqualTo("value of " + key);
                assertThat(group.get(key)).hasToString("value of " + key);
                assertThat(api("GET", "key%2F" + i).headers().firstValue("Shortwire-Owner"))
                        .contains(pool.owner(key).orElseThrow().equals(self) ? "node-1" : peerUrl);
            }
            assertThat(loadedByNode.size() + loadedByPeer.size()).isEqualTo(40);
            assertThat(loadedByNode).isNotEmpty().doesNotContainAnyElementsOf(loadedByPeer);
            assertThat(loadedByPeer).isNotEmpty();
            assertThat(assembly.node().raw("scores").stats().peerErrors()).isZero();

            for (String method : List.of("PUT", "DELETE")) {
                HttpResponse<String> refused = api(method, "key");
                assertThat(refused.statusCode()).isEqualTo(400);
                assertThat(refused.body()).contains("can only be read");
            }
        }
    }

    @Test
    void answersForThePoolAsForAGroupOfItsOwn() throws Exception {
        String self = "http://localhost:" + nodePort;
        NodeConfig config = config("self: '" + self + "', peers: ['" + self + "']");
        try (Assembly assembly = Assembly.start(config, surroundings(), new Closer())) {
            assertThat(api("GET", "nobody").statusCode()).isEqualTo(404);
            assertThat(api("GET", "Tom").headers().firstValue("Content-Type")).contains("text/csv");
            assertThat(get("/api?key=Tom&group=scores").body()).isEqualTo("value of Tom");
            assertThat(get("/internal/cache/Tom?group=scores").statusCode()).isEqualTo(200);
            assertThat(get("/api/v1/ring?group=scores&key=Tom").body()).contains("\"owner\":\"node-1\"", "\"own\"");
            assertThat(get("/api/v1/groups").body()).contains("\"scores\"", "\"plain\"", "\"level\":\"pool\"");
            assertThat(get("/api/v1/stats").body()).contains("\"scores\"");
            assertThat(assembly.node().groups()).containsExactly("plain", "scores");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"self: 'http://localhost:1/'", "self: 'localhost:1', peers: ['http://localhost:1']",
        "peers: ['http://localhost:1']", "self: 'http://localhost:1', peers: []",
        "self: 'http://localhost:1', peers: ['http://localhost:1', 'http://localhost:1']",
        "self: 'http://localhost:1', peers: ['http://localhost:1'], replicas: 0",
        "self: 'http://localhost:1', peers: ['http://localhost:1'], base-path: x",
        "self: 'http://localhost:1', peers: ['http://localhost:1'], protocol: memcached"})
    void refusesAPoolThatCannotBe(String peers) throws Exception {
        assertThatThrownBy(() -> Assembly.start(config(peers), surroundings(), new Closer()).close())
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void refusesOptionsThatMeanNothingInAPool() throws Exception {
        Path file = Files.writeString(folder.resolve("node.yaml"),
                "groups: {scores: {time-to-live: 5s, origin: {http: {url: 'http://localhost:1/{key}'}},"
                        + " peers: {self: 'http://localhost:1', peers: ['http://localhost:1']}}}");
        assertThatThrownBy(() -> new ConfigReader(Map.of(), Map.of()).read(file, Map.of()))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("time-to-live")
                .hasMessageContaining("peers");
    }

    private NodeConfig config(String peers) throws IOException {
        String url = "'http://localhost:" + originPort + "/{key}'";
        Path file = Files.writeString(folder.resolve("node.yaml"), """
                name: node-1
                listen: localhost:%d
                groups:
                  plain: {origin: {http: {url: %s}}}
                  scores:
                    content-type: text/csv
                    origin: {http: {url: %s}}
                    load-timeout: 30s
                    peers: {%s}
                """.formatted(nodePort, url, url, peers));
        return new ConfigReader(Map.of(), Map.of()).read(file, Map.of());
    }

    private static Assembly.Surroundings surroundings() {
        return new Assembly.Surroundings(null, null, new EventLines(line -> {}), ApiSettings.DEFAULT);
    }

    private HttpResponse<String> api(String method, String rawKey) throws Exception {
        return send(method, "/api/v1/groups/scores/keys/" + rawKey);
    }

    private HttpResponse<String> get(String target) throws Exception {
        return send("GET", target);
    }

    private HttpResponse<String> send(String method, String target) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create("http://localhost:" + nodePort + target))
                .method(method, HttpRequest.BodyPublishers.noBody()).timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
