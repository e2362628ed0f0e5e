package dev.shortwire.examples.geecache;

import static org.awaitility.Awaitility.await;

import dev.shortwire.ring.GeecachePlacement;
import dev.shortwire.ring.Ring;
import dev.shortwire.ring.RingMember;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The whole pool as real processes on free ports, the last one with the API.
final class ThreeProcesses implements AutoCloseable {
    static final List<String> KEYS = List.of("Tom", "Jack", "Sam");
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 3;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Program> programs = new ArrayList<>();
    private List<Integer> ports = List.of();
    private Ring ring = new GeecachePlacement().ring(List.of());

    /// Ports that are free now may be taken when the processes start; others are tried then.
    static ThreeProcesses start(int delayMillis) throws Exception {
        for (int attempt = 1;; attempt++) {
            ThreeProcesses pool = new ThreeProcesses();
            if (pool.tryStart(delayMillis)) {
                return pool;
            }
            pool.close();
            if (attempt == ATTEMPTS) {
                throw new AssertionError("no processes could be started: "
                        + pool.programs.stream().map(Program::lines).toList());
            }
        }
    }

    private boolean tryStart(int delayMillis) throws IOException {
        choosePorts();
        String peers = ports.get(0) + "," + ports.get(1) + "," + ports.get(2);
        for (int i = 0; i < 3; i++) {
            List<String> flags = new ArrayList<>(List.of("-port", ports.get(i).toString(), "-peers", peers, "-delay",
                    String.valueOf(delayMillis), "-timeout", "30000", "-api-port", ports.get(3).toString()));
            if (i == 2) {
                flags.add("-api");
            }
            programs.add(new Program(flags.toArray(String[]::new)));
        }
        await().atMost(LONG).until(() -> programs.stream().anyMatch(p -> !p.isAlive()) || isReady());
        return isReady();
    }

    private boolean isReady() {
        return programs.stream().allMatch(p -> p.hasPrinted("geecache is running at"))
                && programs.get(2).hasPrinted("frontend server is running at");
    }

    /// Free ports with which the process with the API leaves at least one key to a peer.
    private void choosePorts() throws IOException {
        do {
            ports = freePorts(4);
            ring = new GeecachePlacement()
                    .ring(ports.subList(0, 3).stream().map(this::url).map(RingMember::new).toList());
        } while (KEYS.stream().allMatch(key -> ownerOf(key) == 2));
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1")));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private String url(int port) {
        return "http://localhost:" + port;
    }

    /// Which process owns a key: 0, 1 or 2.
    int ownerOf(String key) {
        String owner = ring.owner(new GeecachePlacement().hash("", key));
        return ports.stream().map(this::url).toList().indexOf(owner);
    }

    Program program(int index) {
        return programs.get(index);
    }

    int port(int index) {
        return ports.get(index);
    }

    HttpResponse<String> api(String method, String pathAndQuery) throws IOException, InterruptedException {
        URI uri = URI.create(url(ports.get(3)) + pathAndQuery);
        return client.send(HttpRequest.newBuilder(uri).timeout(LONG)
                .method(method, HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String key) throws IOException, InterruptedException {
        return api("GET", "/api?key=" + key);
    }

    /// How often the processes have asked the database for a key, by their output so far.
    long queries(String key) {
        return programs.stream().flatMap(p -> p.lines().stream()).filter(l -> l.endsWith("[SlowDB] search key " + key))
                .count();
    }

    @Override
    public void close() {
        for (Program program : programs) {
            program.close();
        }
    }
}
