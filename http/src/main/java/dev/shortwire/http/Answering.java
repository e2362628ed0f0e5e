package dev.shortwire.http;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Where the answer to a request goes: an HTTP/1.1 connection, or a stream of an HTTP/2 one. Any thread.
interface Answering {
    HttpServer server();

    InetSocketAddress remote();

    /// The session of the connection's TLS, or null.
    @Nullable
    SSLSession session();

    /// Called once per exchange.
    void answer(ServerExchange exchange, HttpResponse response);

    void keepWhileIdle();
}
