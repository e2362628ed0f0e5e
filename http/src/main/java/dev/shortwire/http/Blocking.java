package dev.shortwire.http;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/// Handlers that may block.
public final class Blocking {
    private Blocking() {}

    /// Runs `handler` on a virtual thread per request; there are no more of them than connections.
    public static HttpHandler onVirtualThreads(HttpHandler handler) {
        return on(work -> Thread.ofVirtual().name("shortwire-http-handler").start(work), handler);
    }

    /// Runs `handler` by `executor`; a request that it rejects is answered by 503.
    public static HttpHandler on(Executor executor, HttpHandler handler) {
        return (request, exchange) -> {
            try {
                executor.execute(() -> run(handler, request, exchange));
            } catch (RejectedExecutionException e) {
                exchange.answer(HttpResponse.text(503, "too many requests at once; try again later"));
            }
        };
    }

    private static void run(HttpHandler handler, HttpRequest request, HttpExchange exchange) {
        try {
            handler.handle(request, exchange);
        } catch (Throwable fault) {
            exchange.fail(fault);
        }
    }
}
