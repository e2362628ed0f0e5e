package dev.shortwire.wire.stream;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameHandler;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Where the reply to one call goes, once; from any thread.
final class StreamReply implements FrameHandler.Replier {
    private static final VarHandle DONE;

    static {
        try {
            DONE = MethodHandles.lookup().findVarHandle(StreamReply.class, "done", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ServedPipe target;
    private final long correlationId;
    @SuppressWarnings("unused") // by DONE
    private boolean done;

    StreamReply(ServedPipe target, long correlationId) {
        this.target = target;
        this.correlationId = correlationId;
    }

    @Override
    public void reply(Frame reply) {
        if (DONE.compareAndSet(this, false, true)) {
            target.reply(reply, correlationId);
        }
    }
}
