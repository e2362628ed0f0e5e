package dev.shortwire.cluster;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameView;

/// Who answers requests of one kind out of memory. Called on the thread that read the request; must not block.
@FunctionalInterface
public interface HitHandler {
    /// Puts the reply together if there is one at hand.
    ///
    /// @param request valid until this returns
    /// @param reply   to be begun with [ClusterNode#begin]
    /// @return false if there is none: the [MessageHandler] of the kind is asked
    boolean answers(FrameView request, Frame.Builder reply);
}
