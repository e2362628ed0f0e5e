package dev.shortwire.wire;

/// A link that passes everything on to another; whoever extends it changes what he has to.
public abstract class ForwardingLink implements Link {
    private final Link inner;

    protected ForwardingLink(Link inner) {
        this.inner = inner;
    }

    protected final Link inner() {
        return inner;
    }

    @Override
    public Endpoint endpoint() {
        return inner.endpoint();
    }

    @Override
    public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
        return inner.call(request, timeoutNanos, outcome);
    }

    @Override
    public boolean send(Frame message) {
        return inner.send(message);
    }

    @Override
    public boolean isOpen() {
        return inner.isOpen();
    }

    @Override
    public void close() {
        inner.close();
    }
}
