package dev.shortwire.bench;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.FrameView;
import dev.shortwire.wire.Sender;

/// Answers each request with the body that its request id names, on the thread that read it: what a hit does, without
/// the cache.
final class ValueHandler implements FrameHandler {
    /// Kind of the request, and of the reply.
    static final int ASK = 200;
    static final int VALUE = 201;

    private static final Sender SENDER = new Sender(1, 1, "bench-server", 2);

    private volatile Body last = Body.of(Body.Form.BYTES, 1);

    @Override
    public boolean answersAtOnce(FrameView request, Frame.Builder reply) {
        reply.begin(VALUE, SENDER).epoch(1).payload(body((int) request.requestId()).encode());
        return true;
    }

    @Override
    public void onCall(Frame request, Caller caller, long deadlineNanos, Replier replier) {
        replier.reply(reply(body((int) request.requestId())));
    }

    private Body body(int code) {
        Body body = last;
        if (body.code() != code) {
            body = Body.of(code);
            last = body;
        }
        return body;
    }

    /// The reply that carries `body`.
    static Frame reply(Body body) {
        return Frame.of(VALUE, SENDER).epoch(1).payload(body.encode()).build();
    }

    @Override
    public void onSend(Frame message, Caller caller) {}
}
