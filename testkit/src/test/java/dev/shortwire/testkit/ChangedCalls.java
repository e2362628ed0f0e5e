package dev.shortwire.testkit;

import dev.shortwire.wire.ForwardingLink;
import dev.shortwire.wire.ForwardingWire;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Wire;

/// A wire whose links make their calls in another way.
final class ChangedCalls extends ForwardingWire {
    private final Caller caller;

    /// How a call is made.
    interface Caller {
        Link.Call call(Link link, Frame request, long timeoutNanos, Link.CallOutcome outcome);
    }

    ChangedCalls(Wire wire, Caller caller) {
        super(wire);
        this.caller = caller;
    }

    @Override
    protected Link wrap(Link link) {
        return new ForwardingLink(link) {
            @Override
            public Call call(Frame request, long timeoutNanos, CallOutcome outcome) {
                return caller.call(link, request, timeoutNanos, outcome);
            }
        };
    }
}
