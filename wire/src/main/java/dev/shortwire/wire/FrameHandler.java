package dev.shortwire.wire;

import dev.shortwire.Bytes;

/// Who answers the frames that arrive at a listener. Called on the thread that read the frame: it must not block, and
/// hands work that does to another thread. Called by several threads at once.
public interface FrameHandler {
    /// Answers a request where that takes no more than a look, and no objects: a wire that can do without a frame asks
    /// this first. Where it is false, [#onCall] follows.
    ///
    /// @param request valid until this returns
    /// @param reply   what is sent if this is true
    default boolean answersAtOnce(FrameView request, Frame.Builder reply) {
        return false;
    }

    /// A request. Exactly one reply is owed, now or later, from any thread; further ones are ignored.
    ///
    /// @param deadlineNanos when the caller gives up, on this process's clock
    void onCall(Frame request, Caller caller, long deadlineNanos, Replier replier);

    /// A frame that wants no reply.
    void onSend(Frame message, Caller caller);

    /// Where a reply goes.
    interface Replier {
        /// Answers the call; without effect once it was answered or the link is gone.
        void reply(Frame reply);
    }

    /// Who is at the other end, as far as the wire can prove it.
    ///
    /// @param wire      name of the wire
    /// @param address   the peer's address in the wire's form, for people
    /// @param principal who the peer has proved to be; [#ANONYMOUS] where the wire does not ask
    /// @param proof     what the wire keeps of that proof, empty where there is none
    record Caller(String wire, String address, String principal, Bytes proof) {
        public static final String ANONYMOUS = "anonymous";

        public Caller(String wire, String address) {
            this(wire, address, ANONYMOUS, Bytes.EMPTY);
        }
    }
}
