package dev.shortwire.geecache;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.ShortwireException;
import dev.shortwire.http.Blocking;
import dev.shortwire.http.HttpExchange;
import dev.shortwire.http.HttpHandler;
import dev.shortwire.http.HttpProblem;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.HttpResponse;
import java.util.Map;

/// Answers peers: `GET {base path}{group}/{key}`. What is at hand is answered on the thread that read the request, the
/// rest on a virtual thread. A request is never sent on to another peer: nodes whose lists differ can't send it round.
///
/// | status | when |
/// | --- | --- |
/// | 200 | the value, in the form of the protocol |
/// | 400 | the path has no group or no key, or is malformed |
/// | 404 | the database has no such key (then with the header `Shortwire-Absent`), or there is no such group |
/// | 405 | another method than GET and HEAD |
/// | 502 | the getter failed |
/// | 503 | too many loads |
/// | 504 | the load took too long |
final class PeerHandler implements HttpHandler {
    private static final int SHOWN = 100;

    private final Map<String, Group> groups;
    private final PeerProtocol protocol;
    private final String basePath;
    private final HttpHandler misses = Blocking.onVirtualThreads(this::load);

    /// @param groups   by name; may grow
    /// @param basePath what the paths of requests begin with
    PeerHandler(Map<String, Group> groups, PeerProtocol protocol, String basePath) {
        this.groups = groups;
        this.protocol = protocol;
        this.basePath = basePath;
    }

    @Override
    public void handle(HttpRequest request, HttpExchange exchange) throws Exception {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            exchange.answer(HttpResponse.text(405, "only GET is known here").header("Allow", "GET, HEAD"));
            return;
        }
        PeerPath path = PeerPath.of(request, basePath);
        Bytes hit = groupOf(path).peerHit(path.key());
        if (hit != null) {
            exchange.answer(value(hit));
        } else {
            misses.handle(request, exchange);
        }
    }

    private void load(HttpRequest request, HttpExchange exchange) {
        PeerPath path = PeerPath.of(request, basePath);
        try {
            exchange.answer(value(groupOf(path).serve(path.key()).valueOf(path.key())));
        } catch (KeyNotFoundException e) {
            exchange.answer(
                    HttpResponse.text(404, String.valueOf(e.getMessage())).header(HttpPeer.ABSENT_HEADER, "true"));
        } catch (ShortwireException e) {
            exchange.answer(HttpResponse.text(statusOf(e.kind()), String.valueOf(e.getMessage())));
        }
    }

    private Group groupOf(PeerPath path) {
        Group group = groups.get(path.group());
        if (group == null) {
            String name = path.group();
            throw new HttpProblem(404,
                    "no such group: " + (name.length() <= SHOWN ? name : name.substring(0, SHOWN) + "…"));
        }
        return group;
    }

    private HttpResponse value(Bytes value) {
        return HttpResponse.of(200, protocol.contentType(), protocol.body(value));
    }

    private static int statusOf(FailureKind kind) {
        return switch (kind) {
            case BAD_REQUEST, TOO_LARGE -> 400;
            case ORIGIN, LOAD_CYCLE -> 502;
            case BUSY -> 503;
            case DEADLINE -> 504;
            default -> 500;
        };
    }
}
