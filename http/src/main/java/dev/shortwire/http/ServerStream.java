package dev.shortwire.http;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// One request of an HTTP/2 connection and its answer. Confined to the event loop, but for what [Answering] says.
final class ServerStream implements Answering {
    final int id;
    final long sinceNanos = System.nanoTime();
    final Http2Session session;
    HttpRequest request = HttpRequest.of("GET", "/");
    Routes.@Nullable Entry route;
    @Nullable
    BodyBuffer body;
    long bodyMemory;
    /// Whether the request has arrived as a whole.
    boolean complete;
    /// The exchange, once the request is complete or refused.
    @Nullable
    ServerExchange exchange;
    boolean running;
    boolean answered;

    ServerStream(Http2Session session, int id) {
        this.session = session;
        this.id = id;
    }

    @Override
    public HttpServer server() {
        return session.server();
    }

    @Override
    public InetSocketAddress remote() {
        return session.remote();
    }

    @Override
    public @Nullable SSLSession session() {
        return session.tls();
    }

    @Override
    public void answer(ServerExchange answeredExchange, HttpResponse response) {
        session.answer(this, response);
    }

    @Override
    public void keepWhileIdle() {
        session.keepWhileIdle();
    }
}
