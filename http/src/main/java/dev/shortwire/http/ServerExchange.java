package dev.shortwire.http;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// A request on its way through a handler.
final class ServerExchange implements HttpExchange {
    private final Answering connection;
    private final HttpRequest request;
    private final Routes.@Nullable Entry route;
    private final @Nullable HttpResponse preset;
    private final boolean keepAlive;
    private final boolean http10;
    private final long bodyMemory;
    private final AtomicBoolean answered = new AtomicBoolean();
    private @Nullable Runnable onAbandoned;
    private boolean abandoned;

    /// @param preset     the answer where no handler is to be asked
    /// @param bodyMemory bytes that were reserved for the body
    ServerExchange(Answering connection, HttpRequest request, Routes.@Nullable Entry route,
            @Nullable HttpResponse preset, boolean keepAlive, boolean http10, long bodyMemory) {
        this.connection = connection;
        this.request = request;
        this.route = route;
        this.preset = preset;
        this.keepAlive = keepAlive;
        this.http10 = http10;
        this.bodyMemory = bodyMemory;
    }

    HttpRequest request() {
        return request;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    boolean isHttp10() {
        return http10;
    }

    long bodyMemory() {
        return bodyMemory;
    }

    /// Asks the handler.
    void run() {
        if (preset != null || route == null) {
            answer(preset == null ? HttpResponse.of(404) : preset);
            return;
        }
        try {
            route.handler().handle(request, this);
        } catch (Throwable fault) {
            fail(fault);
        }
    }

    @Override
    public void answer(HttpResponse response) {
        if (answered.compareAndSet(false, true)) {
            connection.answer(this, response);
        }
    }

    @Override
    public void fail(Throwable fault) {
        if (fault instanceof HttpProblem problem) {
            answer(HttpResponse.text(problem.status(), String.valueOf(problem.getMessage())));
        } else {
            connection.server().handlerFailed(route == null ? "" : route.prefix(), request, fault);
            answer(HttpResponse.text(500, "internal error; the log of the node has the details"));
        }
    }

    @Override
    public InetSocketAddress remote() {
        return connection.remote();
    }

    @Override
    public @Nullable SSLSession session() {
        return connection.session();
    }

    @Override
    public void onAbandoned(Runnable action) {
        synchronized (this) {
            onAbandoned = action;
            if (!abandoned) {
                return;
            }
        }
        if (!answered.get()) {
            action.run();
        }
    }

    /// The client went away.
    void abandon() {
        Runnable action;
        synchronized (this) {
            abandoned = true;
            action = onAbandoned;
        }
        if (action != null && answered.compareAndSet(false, true)) {
            action.run();
        }
    }

    @Override
    public void keepWhileIdle() {
        connection.keepWhileIdle();
    }
}
