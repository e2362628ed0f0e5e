package dev.shortwire.wire.stream;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameView;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;

/// The wire's own reply, of kind 1: there is no other, and this is why. The reason is in the field `level`. Stateless.
final class Faults {
    static final int KIND = 1;

    /// The handler threw.
    static final Frame HANDLER_FAILED = frame(1);
    /// The reply is longer than one end takes.
    static final Frame REPLY_TOO_LARGE = frame(2);
    /// The listener has too many calls of this link that are not answered yet.
    static final Frame BUSY = frame(3);

    private Faults() {}

    private static Frame frame(int reason) {
        return Frame.of(KIND, new Sender(0, 0, "", 0)).hopsLeft(0).level(reason).build();
    }

    /// What such a reply from `peer` means to the caller. A reason that is not known is one of a newer peer.
    static WireFailure failure(FrameView fault, String peer) {
        return switch (fault.level()) {
            case 2 -> new WireFailure(Cause.TOO_LARGE, Happened.PERHAPS, "the reply from " + peer
                    + " is longer than a frame may be; ask for less, or raise wire.max-frame-bytes");
            case 3 -> new WireFailure(Cause.BUSY, Happened.NO, "too many calls over this link wait for " + peer
                    + "; slow down, or raise wire.max-calls-in-flight there");
            default -> new WireFailure(Cause.CORRUPT, Happened.PERHAPS, "the peer's handler at " + peer + " failed");
        };
    }
}
