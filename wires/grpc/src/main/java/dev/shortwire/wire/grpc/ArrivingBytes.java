package dev.shortwire.wire.grpc;

import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Bounds the bytes of messages that are arriving, over all connections of a server: each message may be as long as the
/// longest value, and a connection may have many, so that without this a few clients that send all but the last byte of
/// theirs could take all memory. Bytes count from their arrival until their message was handed to its service.
final class ArrivingBytes extends ServerStreamTracer.Factory implements ServerInterceptor {
    private static final Context.Key<Tracer> TRACER = Context.key("shortwire-arriving");

    private final long max;
    private final AtomicLong held = new AtomicLong();

    ArrivingBytes(long max) {
        this.max = max;
    }

    long held() {
        return held.get();
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return new Tracer();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers,
            ServerCallHandler<Q, R> next) {
        Tracer tracer = TRACER.get();
        if (tracer == null) {
            return next.startCall(call, headers);
        }
        ServerCall<Q, R> endable = new Endable<>(call, tracer);
        tracer.call = call;
        return new SimpleForwardingServerCallListener<>(next.startCall(endable, headers)) {
            @Override
            public void onMessage(Q message) {
                tracer.handedOver();
                super.onMessage(message);
            }
        };
    }

    /// A call that may have been ended here: what its service still says is dropped.
    private static final class Endable<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final Tracer tracer;

        Endable(ServerCall<Q, R> call, Tracer tracer) {
            super(call);
            this.tracer = tracer;
        }

        @Override
        public void sendMessage(R message) {
            if (!tracer.ended) {
                super.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!tracer.ended) {
                super.close(status, trailers);
            }
        }
    }

    /// Counts for one call, on its event loop.
    private final class Tracer extends ServerStreamTracer {
        private @Nullable ServerCall<?, ?> call;
        private long own;
        private volatile boolean ended;

        @Override
        public Context filterContext(Context context) {
            return context.withValue(TRACER, this);
        }

        @Override
        public void inboundWireSize(long bytes) {
            own += bytes;
            ServerCall<?, ?> running = call;
            if (held.addAndGet(bytes) > max && running != null && !ended) {
                ended = true;
                running.close(Status.RESOURCE_EXHAUSTED
                        .withDescription("too many bytes of requests are arriving now; try again later"),
                        new Metadata());
            }
        }

        void handedOver() {
            held.addAndGet(-own);
            own = 0;
        }

        @Override
        public void streamClosed(Status status) {
            handedOver();
        }
    }
}
