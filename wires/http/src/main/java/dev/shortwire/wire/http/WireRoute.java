package dev.shortwire.wire.http;

import dev.shortwire.Bytes;
import dev.shortwire.http.HttpExchange;
import dev.shortwire.http.HttpHandler;
import dev.shortwire.http.HttpProblem;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.HttpResponse;
import dev.shortwire.http.HttpServer;
import dev.shortwire.spi.HostPort;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.FrameHandler.Caller;
import dev.shortwire.wire.WireSettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The server's side: `GET` greets, `POST` carries a frame.
final class WireRoute implements HttpHandler {
    /// The reply is over the limit.
    static final int REPLY_TOO_LARGE = 507;
    /// The listener closed while the call was in flight.
    static final int LISTENER_CLOSED = 410;

    private final WireSettings settings;
    private final FrameHandler handler;
    private final Set<HttpExchange> unanswered = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    WireRoute(WireSettings settings, FrameHandler handler) {
        this.settings = settings;
        this.handler = handler;
    }

    HttpServer.Route mount(HttpServer server) {
        return server.route(HttpWire.PATH, settings.maxFrameBytes(), this);
    }

    @Override
    public void handle(HttpRequest request, HttpExchange exchange) {
        switch (request.method()) {
            case "GET" -> {
                exchange.keepWhileIdle();
                exchange.answer(HttpResponse.of(204));
            }
            case "POST" -> {
                if (!HttpWire.MEDIA_TYPE.equals(request.header("Content-Type"))) {
                    throw new HttpProblem(415, "frames have the type " + HttpWire.MEDIA_TYPE);
                }
                exchange.keepWhileIdle();
                receive(decode(request.body()), exchange);
            }
            default -> exchange.answer(HttpResponse.text(405, "frames are sent by POST").header("Allow", "GET, POST"));
        }
    }

    private static FrameCodec.Received decode(Bytes body) {
        try {
            return FrameCodec.decode(body.asByteBuffer());
        } catch (FrameException e) {
            throw new HttpProblem(400, "no frame: " + e.getMessage());
        }
    }

    private void receive(FrameCodec.Received received, HttpExchange exchange) {
        InetSocketAddress remote = exchange.remote();
        Caller caller = new Caller(HttpWire.NAME,
                new HostPort(remote.getAddress().getHostAddress(), remote.getPort()).toString());
        if (received.correlationId() == 0) {
            handler.onSend(received.frame(), caller);
            exchange.answer(HttpResponse.of(204));
            return;
        }
        unanswered.add(exchange);
        exchange.onAbandoned(() -> unanswered.remove(exchange));
        long deadlineNanos = settings.clock().nanoTime() + TimeUnit.MICROSECONDS.toNanos(received.remainingMicros());
        try {
            handler.onCall(received.frame(), caller, deadlineNanos,
                    reply -> answer(exchange, reply, received.correlationId()));
        } catch (Throwable fault) {
            unanswered.remove(exchange);
            throw fault;
        }
        if (closed) {
            close();
        }
    }

    private void answer(HttpExchange exchange, Frame reply, long correlationId) {
        if (!unanswered.remove(exchange)) {
            return;
        }
        if (FrameCodec.encodedLength(reply) > settings.maxFrameBytes()) {
            exchange.answer(HttpResponse.text(REPLY_TOO_LARGE,
                    "the reply has more than " + settings.maxFrameBytes() + " bytes; raise wire.max-frame-bytes"));
        } else {
            exchange.answer(HttpResponse.of(200, HttpWire.MEDIA_TYPE,
                    Bytes.adopt(FrameCodec.encode(reply, correlationId, 0))));
        }
    }

    /// Ends the calls that wait for a reply.
    void close() {
        closed = true;
        for (HttpExchange exchange : List.copyOf(unanswered)) {
            if (unanswered.remove(exchange)) {
                exchange.answer(HttpResponse.text(LISTENER_CLOSED, "this wire is closed"));
            }
        }
    }
}
