package dev.shortwire.examples.geecache;

import dev.shortwire.FailureKind;
import dev.shortwire.ShortwireException;
import dev.shortwire.geecache.Group;
import dev.shortwire.geecache.KeyNotFoundException;
import dev.shortwire.http.Blocking;
import dev.shortwire.http.HttpExchange;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.HttpResponse;
import dev.shortwire.http.HttpServer;
import dev.shortwire.http.HttpServerOptions;
import dev.shortwire.spi.HostPort;

/// The API for users: `GET /api?key=Tom`.
final class Api implements AutoCloseable {
    private final Group group;
    private final HttpServer server = new HttpServer(HttpServerOptions.DEFAULT);

    private Api(Group group) {
        this.group = group;
    }

    /// Serves `group` on both loopback addresses.
    static Api start(Group group, int port) {
        Api api = new Api(group);
        api.server.route("/api", 0, Blocking.onVirtualThreads(api::answer));
        api.server.bind(HostPort.loopbackHosts(), port);
        return api;
    }

    private void answer(HttpRequest request, HttpExchange exchange) {
        String key = request.parameter("key");
        if (!request.rawPath().equals("/api")) {
            exchange.answer(HttpResponse.text(404, "only /api is known here"));
        } else if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            exchange.answer(HttpResponse.text(405, "only GET is known here").header("Allow", "GET, HEAD"));
        } else if (key == null) {
            exchange.answer(HttpResponse.text(400, "no key; ask for /api?key=Tom"));
        } else {
            exchange.answer(valueOf(key));
        }
    }

    private HttpResponse valueOf(String key) {
        try {
            return HttpResponse.of(200, "application/octet-stream", group.get(key).bytes());
        } catch (KeyNotFoundException e) {
            return HttpResponse.text(404, String.valueOf(e.getMessage()));
        } catch (ShortwireException e) {
            return HttpResponse.text(statusOf(e.kind()), String.valueOf(e.getMessage()));
        }
    }

    private static int statusOf(FailureKind kind) {
        return switch (kind) {
            case BAD_REQUEST, TOO_LARGE -> 400;
            case ORIGIN -> 502;
            case BUSY -> 503;
            case DEADLINE -> 504;
            default -> 500;
        };
    }

    @Override
    public void close() {
        server.close();
    }
}
