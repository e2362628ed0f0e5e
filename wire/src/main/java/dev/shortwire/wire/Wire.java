package dev.shortwire.wire;

/// A kind of transport, in one node: it listens, and it connects to peers. What makes a wire a wire is that it passes
/// `WireContractTest`. Safe for use by any thread.
public interface Wire extends AutoCloseable {
    /// Short lower-case name, such as `http`.
    String name();

    /// Starts to answer frames at an address of the wire's own form.
    ///
    /// @param address where to listen; a port of 0 takes a free one, an empty address is for the wire to choose
    /// @throws dev.shortwire.ConfigurationException if it can't listen there; nothing stays half open
    Listener listen(String address, FrameHandler handler);

    /// Opens a link and tells `observer`: opened or refused once, then, if it was opened, closed once. Does not block.
    void connect(Endpoint endpoint, long timeoutNanos, LinkObserver observer);

    /// Closes listeners and links and waits, for a bounded time, until their threads are gone. Safe to repeat.
    @Override
    void close();

    /// An address that is listened on.
    interface Listener extends AutoCloseable {
        /// Where peers connect, with the port that was taken.
        Endpoint endpoint();

        @Override
        void close();
    }

    /// Who asked for a link. Called on a thread of the wire's, or on the caller's; must not block.
    interface LinkObserver {
        void opened(Link link);

        /// The link can't be had. With [WireFailure.Cause#REFUSED] nobody listens there.
        void refused(WireFailure failure);

        /// An open link went down, by either end.
        void closed(Link link, WireFailure failure);
    }
}
