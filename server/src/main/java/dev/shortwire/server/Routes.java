package dev.shortwire.server;

import dev.shortwire.FailureKind;
import dev.shortwire.Limits;
import dev.shortwire.Node;
import dev.shortwire.ShortwireException;
import dev.shortwire.http.HttpExchange;
import dev.shortwire.http.HttpHandler;
import dev.shortwire.http.HttpProblem;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which path is served by what, and how a failure becomes a reply. Never blocks the caller; every request
/// gets an answer. Safe for use by any thread.
final class Routes implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(Routes.class);
    private static final String GROUPS = "/api/v1/groups/";
    private static final String KEYS = "/keys/";
    private static final String OWNER = "/internal/cache/";
    private static final String ASSETS = "/assets/";
    private static final Executor BLOCKING = Thread::startVirtualThread;

    private final Node node;
    private final ApiSettings settings;
    private final PlainApi plain;
    private final KeysApi keys;
    private final OwnerApi owner;
    private final ClusterApi cluster;
    private final Page page;

    Routes(Node node, ApiSettings settings) {
        this.node = node;
        this.settings = settings;
        plain = new PlainApi(node, settings);
        keys = new KeysApi(node, settings, BLOCKING);
        owner = new OwnerApi(node, settings, BLOCKING);
        cluster = new ClusterApi(node, settings);
        page = new Page(node, settings);
    }

    /// Answers at once where nothing has to be waited for, else from another thread. A client that goes away gives up its
    /// own wait, not the load that others share.
    @Override
    public void handle(HttpRequest request, HttpExchange exchange) {
        CompletableFuture<HttpResponse> pending;
        try {
            BrowserGuard.check(request);
            pending = dispatch(request);
        } catch (RuntimeException e) {
            exchange.answer(failed(request, e));
            return;
        }
        var answered = pending.whenComplete(
                (response, thrown) -> exchange.answer(thrown == null ? response : failed(request, thrown)));
        if (!answered.isDone()) {
            exchange.onAbandoned(() -> pending.cancel(true));
        }
    }

    /// A body over the longest value, with a little room for this answer to be the API's own.
    @Override
    public HttpResponse bodyTooLong(HttpRequest request, int maxBodyBytes) {
        int limit = Math.min(maxBodyBytes, Limits.MAX_VALUE_BYTES);
        return failed(request, FailureKind.TOO_LARGE.exception("the body has more than " + limit
                + " bytes, the most that is taken here; "
                + (limit == Limits.MAX_VALUE_BYTES ? "store the value in parts" : "send none")));
    }

    private CompletableFuture<HttpResponse> dispatch(HttpRequest request) {
        String path = request.rawPath();
        if (path.startsWith(GROUPS) && path.indexOf(KEYS, GROUPS.length()) > 0) {
            int end = path.indexOf(KEYS, GROUPS.length());
            return keys.serve(request, path.substring(GROUPS.length(), end), path.substring(end + KEYS.length()));
        }
        if (path.startsWith(OWNER)) {
            return owner.serve(request, path.substring(OWNER.length()));
        }
        return switch (path) {
            case "/" -> now(request, page::html);
            case "/api" -> plain.serve(request);
            case "/api/v1/members" -> now(request, () -> Reply.json(200, cluster.members()));
            case "/api/v1/groups" -> now(request, () -> Reply.json(200, cluster.groups()));
            case "/api/v1/cluster" -> now(request, () -> Reply.json(200, cluster.cluster()));
            case "/api/v1/ring" -> now(request, () -> Reply.json(200,
                    cluster.ring(new Query(request).allow(Set.of("group", "key")))));
            case "/api/v1/links" -> later(request, () -> Reply.json(200,
                    cluster.links(new Query(request).allow(Set.of("peer")))));
            case "/api/v1/stats" -> later(request, () -> Reply.json(200, cluster.stats()));
            case "/livez" -> now(request, () -> Reply.text(200, "ok"));
            case "/readyz" -> later(request, this::readiness);
            default -> file(request);
        };
    }

    private HttpResponse readiness() {
        Readiness readiness = Readiness.of(node, settings);
        HttpResponse reply = Reply.json(readiness.ready() ? 200 : 503, readiness);
        return readiness.ready() ? reply : reply.header("Retry-After", "1");
    }

    private static CompletableFuture<HttpResponse> file(HttpRequest request) {
        HttpResponse file = request.rawPath().startsWith(ASSETS)
                ? Page.file(request.rawPath().substring(ASSETS.length())) : null;
        if (file == null) {
            throw new Refusal(Problem.noSuchPath("nothing is served at " + Problem.shown(request.rawPath())));
        }
        return now(request, () -> file);
    }

    private static CompletableFuture<HttpResponse> now(HttpRequest request, Supplier<HttpResponse> reply) {
        Entries.requireMethod(request, "GET, HEAD");
        return CompletableFuture.completedFuture(reply.get());
    }

    private static CompletableFuture<HttpResponse> later(HttpRequest request, Supplier<HttpResponse> reply) {
        Entries.requireMethod(request, "GET, HEAD");
        return CompletableFuture.supplyAsync(reply, BLOCKING);
    }

    private HttpResponse failed(HttpRequest request, Throwable thrown) {
        Function<Problem, HttpResponse> form = request.rawPath().equals("/api") ? Reply::plainProblem : Reply::problem;
        Throwable cause = thrown instanceof CompletionException e && e.getCause() != null ? e.getCause() : thrown;
        return switch (cause) {
            case Refusal refusal -> Reply.with(form.apply(refusal.problem()), refusal.headers());
            case HttpProblem wrong -> form.apply(Problem.of(wrong));
            case ShortwireException failure -> form.apply(Problem.of(failure));
            case CancellationException gone -> {
                log.debug("{} was given up by its client", Problem.shown(request.rawPath()), gone);
                yield form.apply(Problem.internal(node.name()));
            }
            default -> {
                log.error("{} {} failed", request.method(), Problem.shown(request.rawPath()), cause);
                yield form.apply(Problem.internal(node.name()));
            }
        };
    }
}
