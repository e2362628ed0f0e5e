package dev.shortwire.server;

import dev.shortwire.GroupOptions;
import dev.shortwire.Limits;
import dev.shortwire.Node;
import dev.shortwire.RawCache;
import dev.shortwire.Version;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.HttpResponse;
import dev.shortwire.http.Percent;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// `GET|HEAD|PUT|DELETE /api/v1/groups/{group}/keys/{key}`: any node answers for any key.
final class KeysApi {
    private final Node node;
    private final ApiSettings settings;
    private final Executor blocking;

    /// @param blocking runs what waits for other nodes
    KeysApi(Node node, ApiSettings settings, Executor blocking) {
        this.node = node;
        this.settings = settings;
        this.blocking = blocking;
    }

    CompletableFuture<HttpResponse> serve(HttpRequest request, String rawGroup, String rawKey) {
        Entries.requireMethod(request, "GET, HEAD, PUT, DELETE");
        RawCache cache = node.raw(Percent.decode(rawGroup));
        String key = Entries.keyOf(rawKey);
        Query query = new Query(request);
        return switch (request.method()) {
            case "PUT" -> put(cache, key, query.allow(Set.of("ttl")), request);
            case "DELETE" -> {
                query.allow(Set.of());
                yield CompletableFuture.supplyAsync(() -> written(cache.name(), key, cache.remove(key)), blocking);
            }
            default -> get(cache, key, query.allow(Set.of("timeout")));
        };
    }

    private CompletableFuture<HttpResponse> get(RawCache cache, String key, Query query) {
        return Entries.replyLater(cache.askAsync(key, timeout(query, settings)),
                answer -> Entries.reply(key, answer, false));
    }

    private CompletableFuture<HttpResponse> put(RawCache cache, String key, Query query, HttpRequest request) {
        String contentType = Entries.requireContentType(request);
        Duration timeToLive = timeToLive(query);
        Limits.requireValueLength(request.body().length());
        return CompletableFuture.supplyAsync(
                () -> written(cache.name(), key, cache.put(key, request.body(), contentType, timeToLive)), blocking);
    }

    /// The owner is told only if this node still has the view under which it drew the version.
    private HttpResponse written(String group, String key, Version version) {
        HttpResponse reply = written(version);
        Node.Route route = node.route(group, key);
        return route.epoch() == version.epoch() ? reply.header("Shortwire-Owner", route.owner()) : reply;
    }

    static HttpResponse written(Version version) {
        return Reply.noContent().header("Shortwire-Epoch", Long.toString(version.epoch()))
                .header("Shortwire-Version", version.toString());
    }

    static Duration timeout(Query query, ApiSettings settings) {
        String text = query.value("timeout");
        return text == null ? settings.timeout() : DurationText.parse("timeout", text, ApiSettings.MAX_TIMEOUT);
    }

    static @Nullable Duration timeToLive(Query query) {
        String text = query.value("ttl");
        if (text == null) {
            return null;
        }
        return text.equals("forever") ? GroupOptions.FOREVER : DurationText.parse("ttl", text, GroupOptions.FOREVER);
    }
}
