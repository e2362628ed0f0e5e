package dev.shortwire.bench;

import dev.shortwire.Bytes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/// Plain grpc-java over TCP as fast as it goes, direct executors and a fixed window on both sides, no retries, messages
/// that are arrays of bytes: one long bidirectional stream, or a unary call each. Requests are those of [SocketFloor].
final class GrpcFloor implements Floor {
    static final String STREAM = "bare-grpc-stream";
    static final String UNARY = "bare-grpc-unary";

    private static final String SERVICE = "shortwire.bench.Floor";
    /// A window that is told is not measured by pings.
    private static final int WINDOW_BYTES = 1 << 20;
    private static final MethodDescriptor<byte[], byte[]> STREAM_METHOD = method(MethodType.BIDI_STREAMING, "Stream");
    private static final MethodDescriptor<byte[], byte[]> UNARY_METHOD = method(MethodType.UNARY, "Call");

    private final String name;
    private final boolean stream;

    GrpcFloor(String name, boolean stream) {
        this.name = name;
        this.stream = stream;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Server serve() throws IOException {
        io.grpc.Server server = NettyServerBuilder
                .forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        InsecureServerCredentials.create())
                .directExecutor().flowControlWindow(WINDOW_BYTES)
                .addService(ServerServiceDefinition.builder(SERVICE)
                        .addMethod(STREAM_METHOD, ServerCalls.asyncBidiStreamingCall(Answering::new))
                        .addMethod(UNARY_METHOD, ServerCalls.asyncUnaryCall((request, replies) -> {
                            replies.onNext(new Answering(replies).answer(request));
                            replies.onCompleted();
                        })).build())
                .build().start();
        return new Server() {
            @Override
            public String address() {
                return Integer.toString(server.getPort());
            }

            @Override
            public void close() {
                server.shutdownNow();
            }
        };
    }

    @Override
    public Exchange connect(String address) {
        ManagedChannel channel = NettyChannelBuilder
                .forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address)),
                        InsecureChannelCredentials.create())
                .directExecutor().disableRetry().flowControlWindow(WINDOW_BYTES).build();
        return stream ? new Streaming(channel) : new Unary(channel);
    }

    private static MethodDescriptor<byte[], byte[]> method(MethodType type, String method) {
        return MethodDescriptor.<byte[], byte[]>newBuilder().setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, method))
                .setRequestMarshaller(ArrayMarshaller.INSTANCE).setResponseMarshaller(ArrayMarshaller.INSTANCE).build();
    }

    private static byte[] request(int code) {
        return ByteBuffer.allocate(SocketFloor.REQUEST_BYTES).putInt(code).array();
    }

    private static void shutDown(ManagedChannel channel) {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The server's end of a stream.
    private static final class Answering implements StreamObserver<byte[]> {
        private final StreamObserver<byte[]> replies;
        private Body body = Body.of(Body.Form.BYTES, 1);

        Answering(StreamObserver<byte[]> replies) {
            this.replies = replies;
        }

        byte[] answer(byte[] request) {
            int code = ByteBuffer.wrap(request).getInt();
            body = code == body.code() ? body : Body.of(code);
            return body.encode().toByteArray();
        }

        @Override
        public void onNext(byte[] request) {
            replies.onNext(answer(request));
        }

        @Override
        public void onError(Throwable t) {
            // The client is gone: nothing is owed.
        }

        @Override
        public void onCompleted() {
            replies.onCompleted();
        }
    }

    /// Calls over one stream: replies come in the order of the requests.
    private final class Streaming extends AsyncExchange implements StreamObserver<byte[]> {
        private final ManagedChannel channel;
        private final StreamObserver<byte[]> requests;

        private final ArrayDeque<Slot> queue = new ArrayDeque<>();

        Streaming(ManagedChannel channel) {
            super(GrpcFloor.this.name);
            this.channel = channel;
            ClientCall<byte[], byte[]> call = channel.newCall(STREAM_METHOD, CallOptions.DEFAULT);
            this.requests = ClientCalls.asyncBidiStreamingCall(call, this);
        }

        @Override
        void issue(Slot slot) {
            synchronized (queue) {
                queue.add(slot);
                requests.onNext(request(body().code()));
            }
        }

        @Override
        public void onNext(byte[] reply) {
            Slot slot;
            synchronized (queue) {
                slot = queue.remove();
            }
            slot.told(Bytes.adopt(reply));
        }

        @Override
        public void onError(Throwable t) {
            broken(t);
        }

        @Override
        public void onCompleted() {
            broken(new IOException("the server ended the stream"));
        }

        @Override
        public void close() {
            shutDown(channel);
        }
    }

    private final class Unary extends AsyncExchange {
        private final ManagedChannel channel;

        Unary(ManagedChannel channel) {
            super(GrpcFloor.this.name);
            this.channel = channel;
        }

        @Override
        void issue(Slot slot) {
            ClientCalls.asyncUnaryCall(channel.newCall(UNARY_METHOD, CallOptions.DEFAULT), request(body().code()),
                    new StreamObserver<>() {
                        private Bytes reply = Bytes.EMPTY;

                        @Override
                        public void onNext(byte[] reply) {
                            this.reply = Bytes.adopt(reply);
                        }

                        @Override
                        public void onError(Throwable t) {
                            broken(t);
                        }

                        @Override
                        public void onCompleted() {
                            slot.told(reply);
                        }
                    });
        }

        @Override
        public void close() {
            shutDown(channel);
        }
    }
}
