package dev.shortwire.wire.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Bytes that arrive, as gRPC tells of them; a message that never ends can't be sent by a client of gRPC.
final class ArrivingBytesTest {
    private final ArrivingBytes arriving = new ArrivingBytes(1_000);

    @Test
    void endsTheCallWhoseBytesAreTooManyAndNoOther() {
        Arriving first = new Arriving();
        Arriving second = new Arriving();
        first.tracer.inboundWireSize(600);
        second.tracer.inboundWireSize(300);
        assertThat(first.closed).isEmpty();
        second.tracer.inboundWireSize(101);
        assertThat(second.closed).singleElement()
                .satisfies(status -> assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        assertThat(first.closed).isEmpty();
        second.tracer.streamClosed(Status.RESOURCE_EXHAUSTED);
        assertThat(arriving.held()).isEqualTo(600);
    }

    @Test
    void givesTheBytesOfAMessageBackWhenItWasHandedOver() {
        Arriving call = new Arriving();
        for (int i = 0; i < 10; i++) {
            call.tracer.inboundWireSize(900);
            call.listener.onMessage(InputStream.nullInputStream());
            assertThat(arriving.held()).isZero();
        }
        assertThat(call.closed).isEmpty();
    }

    @Test
    void dropsWhatAServiceSaysAfterItsCallWasEnded() {
        Arriving call = new Arriving();
        call.tracer.inboundWireSize(2_000);
        call.seenByService.sendMessage(InputStream.nullInputStream());
        call.seenByService.close(Status.OK, new Metadata());
        assertThat(call.sent).isZero();
        assertThat(call.closed).hasSize(1);
    }

    private final class Arriving extends ServerCall<InputStream, InputStream> {
        private final ServerStreamTracer tracer = arriving.newServerStreamTracer("test/Call", new Metadata());
        private final List<Status> closed = new ArrayList<>();
        private final Listener<InputStream> listener;
        private ServerCall<InputStream, InputStream> seenByService = this;
        private int sent;

        Arriving() {
            Context before = tracer.filterContext(Context.ROOT).attach();
            listener = arriving.interceptCall(this, new Metadata(), (call, headers) -> {
                seenByService = call;
                return new Listener<>() {};
            });
            Context.current().detach(before);
        }

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(InputStream message) {
            sent++;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            closed.add(status);
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<InputStream, InputStream> getMethodDescriptor() {
            return WireService.CONNECT;
        }
    }
}
