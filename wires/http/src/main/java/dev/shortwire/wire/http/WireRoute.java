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
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.TlsPeer;
import dev.shortwire.wire.WireSettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's side: `GET` greets, `POST` carries a frame.
final class WireRoute implements HttpHandler {
    /// The reply is over the limit.
    static final int REPLY_TOO_LARGE = 507;
    /// The listener closed while the call was in flight.
    static final int LISTENER_CLOSED = 410;

    /// Tells with the greeting what else than HTTP/1.1 is understood at the same address, without an agreement beforehand.
    static final String SPEAKS = "Shortwire-Speaks";
    static final String HTTP_2 = "h2";

    private static final HttpResponse GREETING = HttpResponse.of(204).header(SPEAKS, HTTP_2);
    private static final Logger log = LoggerFactory.getLogger(WireRoute.class);
    private static final int MAX_LOGGED = 100;

    private final Set<String> refusals = ConcurrentHashMap.newKeySet();
    private static final HttpResponse FRAME = HttpResponse.of(200, HttpWire.MEDIA_TYPE, Bytes.EMPTY);

    private static final int CALLERS = 64;

    private final AtomicReferenceArray<@Nullable KnownCaller> callers = new AtomicReferenceArray<>(CALLERS);
    private final WireSettings settings;
    private final FrameHandler handler;
    private final Set<HttpExchange> unanswered = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private record KnownCaller(InetSocketAddress remote, TlsPeer peer, Caller caller) {}

    WireRoute(WireSettings settings, FrameHandler handler) {
        this.settings = settings;
        this.handler = handler;
    }

    HttpServer.Route mount(HttpServer server) {
        return server.route(HttpWire.PATH, settings.maxFrameBytes(), this);
    }

    @Override
    public void handle(HttpRequest request, HttpExchange exchange) {
        TlsPeer peer = peerOf(exchange);
        switch (request.method()) {
            case "GET" -> {
                exchange.keepWhileIdle();
                exchange.answer(GREETING);
            }
            case "POST" -> {
                if (!HttpWire.MEDIA_TYPE.equals(request.header("Content-Type"))) {
                    throw new HttpProblem(415, "frames have the type " + HttpWire.MEDIA_TYPE);
                }
                exchange.keepWhileIdle();
                receive(decode(request.body()), peer, exchange);
            }
            default -> exchange.answer(HttpResponse.text(405, "frames are sent by POST").header("Allow", "GET, POST"));
        }
    }

    /// Who asks.
    ///
    /// @throws HttpProblem 403 if that has to be proved and is not
    private TlsPeer peerOf(HttpExchange exchange) {
        if (settings.tls() == null) {
            return TlsPeer.ANONYMOUS;
        }
        SSLSession session = exchange.session();
        TlsPeer peer = session == null ? TlsPeer.ANONYMOUS : TlsPeer.of(session);
        if (peer.names().isEmpty()) {
            throw new HttpProblem(403, "only nodes with a certificate of this cluster may come here");
        }
        return peer;
    }

    private static FrameCodec.Received decode(Bytes body) {
        try {
            return FrameCodec.decode(body.asByteBuffer());
        } catch (FrameException e) {
            throw new HttpProblem(400, "no frame: " + e.getMessage());
        }
    }

    private void receive(FrameCodec.Received received, TlsPeer peer, HttpExchange exchange) {
        if (settings.tls() != null && !peer.maySendAs(received.frame().sender())) {
            throw new HttpProblem(403, refusal(peer, received.frame().sender()));
        }
        Caller caller = callerOf(exchange.remote(), peer);
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

    /// Connections keep the object of their remote address, so that it tells them apart without being looked into.
    private Caller callerOf(InetSocketAddress remote, TlsPeer peer) {
        int slot = System.identityHashCode(remote) & CALLERS - 1;
        KnownCaller known = callers.get(slot);
        if (known == null || known.remote() != remote || known.peer() != peer) {
            String address = new HostPort(remote.getAddress().getHostAddress(), remote.getPort()).toString();
            known = new KnownCaller(remote, peer, new Caller(HttpWire.NAME, address, peer.principal(), peer.proof()));
            callers.set(slot, known);
        }
        return known.caller();
    }

    private String refusal(TlsPeer peer, Sender sender) {
        String refusal = peer.refusal(sender);
        if (refusals.size() < MAX_LOGGED && refusals.add(peer.principal())) {
            log.warn("A frame was refused: {}; more of this peer are logged at debug level", refusal);
        } else {
            log.debug("A frame was refused: {}", refusal);
        }
        return refusal;
    }

    private void answer(HttpExchange exchange, Frame reply, long correlationId) {
        if (!unanswered.remove(exchange)) {
            return;
        }
        if (FrameCodec.encodedLength(reply) > settings.maxFrameBytes()) {
            exchange.answer(HttpResponse.text(REPLY_TOO_LARGE,
                    "the reply has more than " + settings.maxFrameBytes() + " bytes; raise wire.max-frame-bytes"));
        } else {
            exchange.answer(FRAME.body(Bytes.adopt(FrameCodec.encode(reply, correlationId, 0))));
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
