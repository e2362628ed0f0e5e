package dev.shortwire.testkit;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A wire whose links make their calls in another way.
final class ChangedCalls implements Wire {
    private final Wire wire;
    private final Caller caller;

    /// How a call is made.
    interface Caller {
        Link.Call call(Link link, Frame request, long timeoutNanos, Link.CallOutcome outcome);
    }

    ChangedCalls(Wire wire, Caller caller) {
        this.wire = wire;
        this.caller = caller;
    }

    @Override
    public String name() {
        return wire.name();
    }

    @Override
    public Listener listen(String address, FrameHandler handler) {
        return wire.listen(address, handler);
    }

    @Override
    public void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer) {
        Map<Link, Link> changed = new HashMap<>();
        wire.connect(endpoint, timeoutNanos, new LinkObserver() {
            @Override
            public void opened(Link link) {
                Link other = new Changed(link);
                changed.put(link, other);
                observer.opened(other);
            }

            @Override
            public void refused(WireFailure failure) {
                observer.refused(failure);
            }

            @Override
            public void closed(Link link, WireFailure failure) {
                @Nullable
                Link other = changed.get(link);
                observer.closed(other == null ? link : other, failure);
            }
        });
    }

    @Override
    public void close() {
        wire.close();
    }

    private final class Changed implements Link {
        private final Link link;

        Changed(Link link) {
            this.link = link;
        }

        @Override
        public Endpoint endpoint() {
            return link.endpoint();
        }

        @Override
        public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
            return caller.call(link, request, timeoutNanos, outcome);
        }

        @Override
        public boolean send(Frame message) {
            return link.send(message);
        }

        @Override
        public boolean isOpen() {
            return link.isOpen();
        }

        @Override
        public void close() {
            link.close();
        }
    }
}
