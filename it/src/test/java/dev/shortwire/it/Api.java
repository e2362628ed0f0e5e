package dev.shortwire.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The HTTP API of one process, as a stranger uses it.
final class Api {
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
    private static final JsonMapper JSON = new JsonMapper();

    private final String base;

    Api(String base) {
        this.base = base;
    }

    /// A member as `/api/v1/members` tells of it.
    record Member(String name, String address, long pid, String state) {
        Api api() {
            return new Api(address.startsWith("http") ? address : "http://" + address);
        }

        ProcessHandle process() {
            return ProcessHandle.of(pid).orElseThrow(() -> new AssertionError("no process " + pid + " of " + name));
        }
    }

    HttpResponse<String> get(String pathAndQuery) {
        return send(HttpRequest.newBuilder(URI.create(base + pathAndQuery)));
    }

    /// A read through `/api`.
    HttpResponse<String> read(String group, String key) {
        return get("/api?group=" + group + "&key=" + URLEncoder.encode(key, StandardCharsets.UTF_8));
    }

    HttpResponse<String> put(String path, String body) {
        return send(HttpRequest.newBuilder(URI.create(base + path)).PUT(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> delete(String path) {
        return send(HttpRequest.newBuilder(URI.create(base + path)).DELETE());
    }

    JsonNode json(String path) {
        return JSON.readTree(get(path).body());
    }

    long epoch() {
        return json("/api/v1/members").get("epoch").asLong();
    }

    List<Member> members() {
        List<Member> members = new ArrayList<>();
        for (JsonNode m : json("/api/v1/members").get("members")) {
            members.add(new Member(m.get("name").asString(), m.get("address").asString(), m.get("pid").asLong(),
                    m.get("state").asString()));
        }
        return members;
    }

    /// What the demo's database has counted.
    long loads() {
        return Long.parseLong(get("/demo/loads").body().strip());
    }

    /// Whether there is an answer at all, and it is 200.
    boolean isOk(String path) {
        try {
            return get(path).statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    void awaitReady() {
        await("ready").atMost(Duration.ofSeconds(60)).until(() -> isOk("/readyz"));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
