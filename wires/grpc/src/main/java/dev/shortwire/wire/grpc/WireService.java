package dev.shortwire.wire.grpc;

import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.WireSettings;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The callee's side of `shortwire.v1.Wire`: the streams of one listener. Its messages are read and written by
/// [Packets], not by generated code, so to gRPC they are streams of bytes.
final class WireService {
    static final Metadata.Key<String> MAX_FRAME_BYTES = Metadata.Key.of("shortwire-max-frame-bytes",
            Metadata.ASCII_STRING_MARSHALLER);

    static final MethodDescriptor<InputStream, InputStream> CONNECT = MethodDescriptor
            .<InputStream, InputStream>newBuilder().setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName("shortwire.v1.Wire/Connect").setRequestMarshaller(new AsTheyAre())
            .setResponseMarshaller(new AsTheyAre()).build();

    private static final Logger log = LoggerFactory.getLogger(WireService.class);
    private static final int MAX_REFUSALS_LOGGED = 100;

    private final WireSettings settings;
    private final FrameHandler handler;
    private final GrpcLoops loops;
    private final Set<PeerStream> streams = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean faultLogged = new AtomicBoolean();
    private final Set<String> refusals = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    WireService(WireSettings settings, FrameHandler handler, GrpcLoops loops) {
        this.settings = settings;
        this.handler = handler;
        this.loops = loops;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder("shortwire.v1.Wire").addMethod(CONNECT, this::startCall).build();
    }

    private ServerCall.Listener<InputStream> startCall(ServerCall<InputStream, InputStream> call, Metadata headers) {
        EventLoop loop = loops.current();
        if (closed || loop == null) {
            call.close(Status.UNAVAILABLE.withDescription("this wire is closed"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        Proof proof = proofOf(call);
        if (!proof.isNode()) {
            call.close(Status.UNAUTHENTICATED.withDescription(
                    "only nodes with a certificate of this cluster that names them may come here"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        PeerStream stream = new PeerStream(this, call, loop, proof, limitOf(headers, settings.maxFrameBytes()));
        streams.add(stream);
        stream.start();
        if (closed) {
            stream.close();
        }
        return stream;
    }

    private Proof proofOf(ServerCall<?, ?> call) {
        boolean asked = settings.tls() != null && call.getAttributes().get(GrpcServer.OWN_USER) == null;
        return asked ? Proof.of(call.getAttributes()) : Proof.notAsked();
    }

    /// The longest frame that both sides accept.
    static int limitOf(Metadata headers, int own) {
        String told = headers.get(MAX_FRAME_BYTES);
        if (told == null || !told.matches("[0-9]{1,9}")) {
            return own;
        }
        return Math.min(own, Integer.parseInt(told));
    }

    static Metadata headers(WireSettings settings) {
        Metadata headers = new Metadata();
        headers.put(MAX_FRAME_BYTES, Integer.toString(settings.maxFrameBytes()));
        return headers;
    }

    WireSettings settings() {
        return settings;
    }

    FrameHandler handler() {
        return handler;
    }

    void forget(PeerStream stream) {
        streams.remove(stream);
    }

    /// The handler threw. Its fault, not the caller's: told here once, and to the caller as a failure.
    void handlerFailed(Throwable fault) {
        if (faultLogged.compareAndSet(false, true)) {
            log.warn("The frame handler of the gRPC wire threw; later faults of it are logged at debug level", fault);
        } else {
            log.debug("The frame handler of the gRPC wire threw", fault);
        }
    }

    /// A frame's sender was not in its peer's certificate. Told here once for each peer, and to the peer each time.
    void refused(String principal, String refusal) {
        if (refusals.size() < MAX_REFUSALS_LOGGED && refusals.add(principal)) {
            log.warn("A frame was refused: {}; more of this peer are logged at debug level", refusal);
        } else {
            log.debug("A frame was refused: {}", refusal);
        }
    }

    /// Ends the streams and takes no more.
    void close() {
        closed = true;
        streams.forEach(PeerStream::close);
    }

    /// A message is the stream that its bytes are read from, good while it is handed over.
    private static final class AsTheyAre implements MethodDescriptor.Marshaller<InputStream> {
        @Override
        public InputStream stream(InputStream value) {
            return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
            return stream;
        }
    }
}
