package dev.shortwire.wire;

import org.jspecify.annotations.Nullable;

/// A wire that passes everything on to another, and puts a link of its own before each that the other opens. Safe for use
/// by any thread as far as the other is.
public abstract class ForwardingWire implements Wire {
    private final Wire inner;

    protected ForwardingWire(Wire inner) {
        this.inner = inner;
    }

    /// What stands before a link that was opened. Called once for each, before anybody is told of it.
    protected abstract Link wrap(Link link);

    /// Tells the observer that the link is down.
    ///
    /// @param link that [#wrap] has made
    protected void closed(Link link, WireFailure failure, LinkObserver observer) {
        observer.closed(link, failure);
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public Listener listen(String address, FrameHandler handler) {
        return inner.listen(address, handler);
    }

    @Override
    public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
        inner.connect(endpoint, timeoutNanos, new Relay(observer));
    }

    @Override
    public void close() {
        inner.close();
    }

    /// Tells what the inner wire tells of its link, of the one that stands before it.
    private final class Relay implements LinkObserver {
        private final LinkObserver observer;
        private volatile @Nullable Link outer;

        Relay(LinkObserver observer) {
            this.observer = observer;
        }

        @Override
        public void opened(Link link) {
            Link wrapped = wrap(link);
            outer = wrapped;
            observer.opened(wrapped);
        }

        @Override
        public void refused(WireFailure failure) {
            observer.refused(failure);
        }

        @Override
        public void closed(Link link, WireFailure failure) {
            Link wrapped = outer;
            if (wrapped != null) {
                ForwardingWire.this.closed(wrapped, failure, observer);
            }
        }
    }
}
