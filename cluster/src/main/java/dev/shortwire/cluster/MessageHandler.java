package dev.shortwire.cluster;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameHandler;

/// Who answers the requests of one kind. Called on the thread that read the frame; must not block.
@FunctionalInterface
public interface MessageHandler {
    /// @param deadlineNanos when the caller gives up
    /// @param replier       takes exactly one reply, now or later
    void handle(Frame request, FrameHandler.Caller caller, long deadlineNanos, FrameHandler.Replier replier);
}
