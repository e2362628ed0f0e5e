package dev.shortwire.server;

import dev.shortwire.FailureKind;
import dev.shortwire.Node;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/// `GET /api?key=K[&group=G]`: the value as it is, errors as a line of text. Parameters that it does not know are
/// ignored, as the programs that this path comes from ignore them.
final class PlainApi {
    private final Node node;
    private final ApiSettings settings;

    PlainApi(Node node, ApiSettings settings) {
        this.node = node;
        this.settings = settings;
    }

    CompletableFuture<HttpResponse> serve(HttpRequest request) {
        Entries.requireMethod(request, "GET, HEAD");
        Query query = new Query(request);
        String key = query.value("key");
        if (key == null || key.isEmpty()) {
            throw FailureKind.BAD_REQUEST.exception("key is missing; ask for /api?key=K");
        }
        Entries.requireKey(key);
        String group = Groups.named(query.value("group"), settings);
        return Entries.replyLater(node.raw(group).askAsync(key, settings.timeout()), answer -> {
            if (!answer.isPresent()) {
                return Reply.text(404, key + " not exist");
            }
            return Entries.reply(key, answer, true);
        });
    }
}
