package dev.shortwire.http;

import java.net.InetSocketAddress;

/// Where the answer to a request goes: an HTTP/1.1 connection, or a stream of an HTTP/2 one. Any thread.
interface Answering {
    HttpServer server();

    InetSocketAddress remote();

    /// Called once per exchange.
    void answer(ServerExchange exchange, HttpResponse response);

    void keepWhileIdle();
}
