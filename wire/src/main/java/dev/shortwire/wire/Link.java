package dev.shortwire.wire;

/// An open connection to one peer over one wire. Safe for use by any thread; no method blocks.
public interface Link {
    /// The peer's end.
    Endpoint endpoint();

    /// Sends a request and tells `outcome` once: the reply, or why there is none, at the latest when `timeoutNanos`
    /// (greater than zero) have passed. Many calls may be in flight; the replies come in any order, on a thread of the
    /// wire's or on the caller's before this method returns. A request that finds no credit fails at once as
    /// [WireFailure.Cause#BUSY].
    Call call(Frame request, long timeoutNanos, CallOutcome outcome);

    /// The same with a request that is only passing through: valid until it could have been answered, or this method
    /// returns, whichever is first.
    default Call call(FrameView request, long timeoutNanos, CallOutcome outcome) {
        return call(request.frame(), timeoutNanos, outcome);
    }

    /// Sends a frame that wants no reply. Frames sent over one link arrive in their order, or not at all.
    ///
    /// @return false if it certainly was not sent: no credit, too large, or closed
    boolean send(Frame message);

    /// Whether the link is up. A link that went down never comes back: connect anew.
    boolean isOpen();

    /// Closes the link: calls in flight fail as [WireFailure.Cause#CLOSED]. Safe to repeat.
    void close();

    /// A call in flight.
    interface Call {
        /// Gives the call up: its outcome is a failure [WireFailure.Cause#CANCELLED] unless it was told before. What
        /// the call held is free when this returns.
        void cancel();

        /// Lends the calling thread to the link until the outcome of this call was told, at the latest a moment after its
        /// deadline: the thread reads and hands out what arrives, so that no other has to be woken for the reply. Returns
        /// at once where the wire has no use for it, or for this thread, and when the thread is interrupted; whoever
        /// lends therefore waits for the outcome as before.
        default void lend() {}
    }

    /// Who waits for a call. It is told exactly one outcome, once; neither method may block.
    interface CallOutcome {
        void reply(Frame reply);

        /// The reply as it is passing through: a wire that has it so calls this instead of the other. Who needs no frame
        /// of it saves making one.
        default void passing(FrameView reply) {
            reply(reply.frame());
        }

        void failed(WireFailure failure);

        /// Whether the thread that makes the call is going to lend itself ([Call#lend]) as soon as it has the call. A
        /// link then wakes nobody else to read the reply. Asked on that thread, before [Link#call] returns.
        default boolean lends() {
            return false;
        }

        /// Whether the peer may act on the request more than once without harm, as on most reads. A wire that can lose a
        /// message then sends it again by itself; one that can't has no use for it. Asked before [Link#call] returns.
        default boolean mayRepeat() {
            return false;
        }
    }
}
