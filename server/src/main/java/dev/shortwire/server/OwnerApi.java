package dev.shortwire.server;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Limits;
import dev.shortwire.Node;
import dev.shortwire.RawCache;
import dev.shortwire.ShortwireException;
import dev.shortwire.Version;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// `GET|HEAD|PUT|DELETE /internal/cache/{key}?group=G`: what one node asks of the owner of a key, in a form that curl
/// can send. Answers as the owner or not at all: another node's key is 421 with the owner's name.
///
/// A read is refused inside the cache, by the view that it reads under. A write looks at the view first and is then
/// written through the cache: if the ownership moves between the two, the write goes to the new owner instead of being
/// refused. It is still written once, at the owner, and the version that comes back is the owner's.
final class OwnerApi {
    private final Node node;
    private final ApiSettings settings;
    private final Executor blocking;

    /// @param blocking runs what waits for a loader
    OwnerApi(Node node, ApiSettings settings, Executor blocking) {
        this.node = node;
        this.settings = settings;
        this.blocking = blocking;
    }

    CompletableFuture<HttpResponse> serve(HttpRequest request, String rawKey) {
        Entries.requireMethod(request, "GET, HEAD, PUT, DELETE");
        String key = Entries.keyOf(rawKey);
        Query query = new Query(request).allow(Set.of("group", "timeout", "ttl"));
        RawCache cache = node.raw(Groups.named(query.value("group"), settings));
        Duration timeout = KeysApi.timeout(query, settings);
        Duration timeToLive = KeysApi.timeToLive(query);
        String contentType = Entries.requireContentType(request);
        Limits.requireValueLength(request.body().length());
        return CompletableFuture.supplyAsync(() -> switch (request.method()) {
            case "PUT" -> {
                requireOwner(cache.name(), key);
                yield written(cache.put(key, request.body(), contentType, timeToLive));
            }
            case "DELETE" -> {
                requireOwner(cache.name(), key);
                yield written(cache.remove(key));
            }
            default -> get(cache, key, timeout);
        }, blocking);
    }

    private HttpResponse get(RawCache cache, String key, Duration timeout) {
        Answer<Bytes> answer;
        try {
            answer = cache.askHere(key, timeout);
        } catch (ShortwireException e) {
            if (e.kind() == FailureKind.VIEWS_DIFFER || e.kind() == FailureKind.NOT_A_MEMBER) {
                requireOwner(cache.name(), key);
            }
            throw e;
        }
        return Entries.reply(key, answer, false);
    }

    private HttpResponse written(Version version) {
        return KeysApi.written(version).header("Shortwire-Owner", node.name());
    }

    /// @throws Refusal 421 if another node owns the key now
    private void requireOwner(String group, String key) {
        Node.Route route = node.route(group, key);
        if (!route.owner().equals(node.name())) {
            throw new Refusal(Problem.notOwner(node.name(), route.owner(), route.epoch()),
                    Map.of("Shortwire-Owner", route.owner(), "Shortwire-Epoch", Long.toString(route.epoch())));
        }
    }
}
